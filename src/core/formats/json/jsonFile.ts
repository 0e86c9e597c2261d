import type { ByteSource } from "../../bytes/byteSource.ts";

/**
 * Graph descriptions of the largest browser models take some ten megabytes; beyond this the
 * file is data, and parsing it would block the worker for seconds.
 */
export const MAX_JSON_BYTES = 64 * 1024 * 1024;

const OPENING_BRACE = 0x7b;
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];
/** White space (or a byte order mark) that may stand before the first brace. */
const HEAD_BYTES = 64;

const parsed = new WeakMap<ByteSource, Promise<JsonObject | null>>();

export type JsonObject = Readonly<Record<string, unknown>>;

/**
 * The object in a JSON file; null if it holds anything else or is larger than
 * `MAX_JSON_BYTES`. Parsed once per source: several formats look at the same file.
 */
export function readJsonObject(source: ByteSource): Promise<JsonObject | null> {
  const known = parsed.get(source) ?? parse(source);
  parsed.set(source, known);
  return known;
}

async function parse(source: ByteSource): Promise<JsonObject | null> {
  if (source.byteLength > MAX_JSON_BYTES || !(await startsWithBrace(source))) return null;
  try {
    const text = new TextDecoder().decode(await source.slice(0, source.byteLength));
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as JsonObject)
      : null;
  } catch {
    return null;
  }
}

async function startsWithBrace(source: ByteSource): Promise<boolean> {
  const head = await source.slice(0, Math.min(HEAD_BYTES, source.byteLength));
  const start = BYTE_ORDER_MARK.every((byte, at) => head[at] === byte) ? 3 : 0;
  const first = head.subarray(start).find((byte) => byte > 0x20);
  return first === OPENING_BRACE;
}
