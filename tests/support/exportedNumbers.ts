import type { Page } from "playwright-core";
import { isAmong, namesIn, numbersIn, numbersOf, partAt, printedParts } from "./printedNumbers.ts";

/** Any sentence may say under which settings its numbers hold. */
const EVERYWHERE = ["settings"] as const;

/** What stands in no container is about the model as a whole, or what it is compared with. */
const OF_THE_MODEL = [
  ...["model", "features", "timings"],
  ...["totals", "pca", "skipped", "warnings"],
] as const;

export interface Stranger {
  readonly token: string;
  readonly path: string;
  /** The text that it stands in. */
  readonly near: string;
}

export interface Checked {
  /** Numbers that claim to be of a part of the export. */
  readonly claims: number;
  readonly strangers: readonly Stranger[];
}

/**
 * Numbers on the page, and those that are not in the part of the export that they claim to be of.
 *
 * @param isMeant picks the parts to look at by their paths; all, unless given.
 */
export async function checked(
  page: Page,
  json: unknown,
  isMeant: (path: string) => boolean = () => true,
): Promise<Checked> {
  const parts = (await printedParts(page)).filter(({ path }) => isMeant(path));
  const names = namesIn(json);
  const numbersAt = numbersByPath(json);
  let claims = 0;
  const strangers = parts.flatMap(({ path, text }) => {
    const numbers = numbersAt(path);
    const printed = numbersIn(text, names);
    if (path !== "") claims += printed.length;
    const rounding = path.endsWith(".operator") ? "outward" : "nearest";
    return printed
      .filter((number) => !isAmong(number, numbers, rounding))
      .map(({ token, unit }) => ({ token: token + unit, path, near: near(text, token) }));
  });
  return { claims, strangers };
}

/** The numbers of each part of an export, looked up once. */
function numbersByPath(json: unknown): (path: string) => Float64Array {
  const known = new Map<string, Float64Array>();
  const common = EVERYWHERE.map((path) => partAt(json, path));
  const find = (path: string): Float64Array => {
    if (path === "") {
      return numbersOf([...common, ...OF_THE_MODEL.map((one) => partAt(json, one))]);
    }
    // What claims to show a part that is not there has no number at all.
    const part = partAt(json, path);
    return numbersOf(part === undefined ? [] : [ofItself(part), ...common]);
  };
  return (path) => {
    const numbers = known.get(path) ?? find(path);
    known.set(path, numbers);
    return numbers;
  };
}

/** Of a layer what is said of it as a whole: among those of its kernels nearly any number is. */
function ofItself(part: unknown): unknown {
  if (Array.isArray(part)) return part.map(ofItself);
  return isRecord(part) && "kernels" in part && Array.isArray(part.kernels)
    ? { ...part, kernels: null }
    : part;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

function near(text: string, token: string): string {
  const at = text.indexOf(token);
  return text
    .slice(Math.max(0, at - 60), at + 40)
    .replace(/\s+/g, " ")
    .trim();
}
