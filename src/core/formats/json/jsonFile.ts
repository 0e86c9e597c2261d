import type { ByteSource } from "../../bytes/byteSource.ts";
import { oncePerSource } from "../../bytes/oncePerSource.ts";

/**
 * Graph descriptions of the largest browser models take some ten megabytes; beyond this the
 * file is data, and parsing it would block the worker for seconds.
 */
export const MAX_JSON_BYTES = 64 * 1024 * 1024;

const OPENING_BRACE = 0x7b;
const OPENING_BRACKET = 0x5b;
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];
/** White space (or a byte order mark) that may stand before the first bracket. */
const HEAD_BYTES = 64;

export type JsonObject = Readonly<Record<string, unknown>>;

/**
 * The object in a JSON file; null if it holds anything else or is larger than
 * `MAX_JSON_BYTES`. Parsed once per source: several formats look at the same file.
 */
export async function readJsonObject(source: ByteSource): Promise<JsonObject | null> {
  const value = await readJson(source);
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  return isObject ? (value as JsonObject) : null;
}

/** The same for a file that holds a list. */
export async function readJsonList(source: ByteSource): Promise<readonly unknown[] | null> {
  const value = await readJson(source);
  return Array.isArray(value) ? value : null;
}

/** Null for what is no JSON text. */
const readJson = oncePerSource(async (source: ByteSource): Promise<unknown> => {
  if (source.byteLength > MAX_JSON_BYTES || !(await startsAsJson(source))) return null;
  const bytes = await source.slice(0, source.byteLength);
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return null;
  }
});

async function startsAsJson(source: ByteSource): Promise<boolean> {
  const head = await source.slice(0, Math.min(HEAD_BYTES, source.byteLength));
  const start = BYTE_ORDER_MARK.every((byte, at) => head[at] === byte) ? 3 : 0;
  const first = head.subarray(start).find((byte) => byte > 0x20);
  return first === OPENING_BRACE || first === OPENING_BRACKET;
}
