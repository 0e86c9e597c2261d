import type { Page } from "playwright-core";

/**
 * A check that no number on the page comes from nowhere. Containers of results carry
 * `data-result`, the path of the part of the JSON export that they show; each number printed in
 * one must be found in that part, rounded to the digits printed. Two things are no results: scales
 * of plots and how much of a layer a plot draws (`data-scale`), and what would be under choices
 * that have not been applied (`data-preview`).
 */
export interface PrintedPart {
  /** Path with dots, e.g. "layers.3.kernels.17"; empty for what stands in no such container. */
  readonly path: string;
  readonly text: string;
}

/** The visible text of a page by the part of the export that it shows. */
export function printedParts(page: Page): Promise<readonly PrintedPart[]> {
  return page.evaluate(() => {
    const EXEMPT =
      "[data-scale], [data-preview], .js-plotly-plot, dialog:not([open]), script, style, option";
    const parts: { path: string; text: string }[] = [];
    const gather = (node: Node): string => {
      if (node.nodeType === Node.TEXT_NODE) return node.textContent ?? "";
      if (!(node instanceof Element) || node.matches(EXEMPT)) return " ";
      if (!node.checkVisibility({ visibilityProperty: true })) return " ";
      const text = ` ${[...node.childNodes].map(gather).join("")} `;
      const path = node.getAttribute("data-result");
      if (path === null) return text;
      parts.push({ path, text });
      return " ";
    };
    parts.push({ path: "", text: gather(document.body) });
    return parts;
  });
}

export interface PrintedNumber {
  readonly token: string;
  readonly value: number;
  /** Digits after the point. */
  readonly decimals: number;
  readonly unit: string;
}

/** Thin and plain no-break spaces, and commas, between groups of three digits. */
const GROUPED = /(?<=\d)[\u2009\u202F\u00A0,](?=\d{3}(?!\d))/gu;

/** Not within a word or a name: "PC1", "conv2" and "encoder.0" hold no numbers. */
const NUMBER =
  /(?<![\p{L}\d_.#/-])([-\u2212+]?\d+(?:\.\d+)?(?:e[-+]?\d+)?)(?:[\s\u00A0]?(%|ms|s|kB|KiB|MB|MiB|GB|GiB|mm|dpi)(?![\p{L}]))?(?![\p{L}\d_]|\.\d|-\p{L})/gu;

/** The numbers in a text, names of things left out. */
export function numbersIn(text: string, names: readonly string[]): readonly PrintedNumber[] {
  let rest = text;
  for (const name of names) if (/\d/.test(name)) rest = rest.replaceAll(name, " \u2014 ");
  rest = rest.replace(GROUPED, "");
  return [...rest.matchAll(NUMBER)].map(([, token, unit = ""]) => {
    const plain = token.replace("\u2212", "-").replace("+", "");
    const [mantissa, exponent = "0"] = plain.split("e");
    const decimals = (mantissa.split(".")[1] ?? "").length - Number(exponent);
    return { token, value: Number(plain), decimals, unit };
  });
}

/** All texts in a piece of JSON, longest first, so that a name is taken out before a part of it. */
export function namesIn(json: unknown): readonly string[] {
  const names = new Set<string>();
  const visit = (value: unknown): void => {
    if (typeof value === "string") names.add(value);
    else if (Array.isArray(value)) value.forEach(visit);
    else if (typeof value === "object" && value !== null) {
      for (const [key, entry] of Object.entries(value)) {
        names.add(key);
        visit(entry);
      }
    }
  };
  visit(json);
  return [...names].sort((a, b) => b.length - a.length);
}

/** The part of the export that a path names; undefined where there is none. */
export function partAt(json: unknown, path: string): unknown {
  return path
    .split(".")
    .filter((step) => step !== "")
    .reduce<unknown>(
      (value, step) =>
        typeof value === "object" && value !== null
          ? (value as Readonly<Record<string, unknown>>)[step]
          : undefined,
      json,
    );
}

/** All numbers in a piece of JSON, lengths of lists among them: "6 filters". */
export function numbersOf(json: unknown): Float64Array {
  const found: number[] = [];
  const visit = (value: unknown): void => {
    if (typeof value === "number") found.push(value);
    else if (Array.isArray(value)) {
      found.push(value.length);
      value.forEach(visit);
    } else if (typeof value === "object" && value !== null) Object.values(value).forEach(visit);
  };
  visit(json);
  return Float64Array.from(found).sort();
}

/** What one unit is in the export: shares are 0..1, times milliseconds, sizes bytes. */
const UNITS: Readonly<Record<string, readonly number[]>> = {
  "": [1],
  "%": [0.01],
  ms: [1],
  s: [1000],
  kB: [1000],
  KiB: [1024],
  MB: [1e6],
  MiB: [2 ** 20],
  GB: [1e9],
  GiB: [2 ** 30],
  mm: [1],
  dpi: [1],
};

/** How a number was rounded: to the nearest one, or a bound to three digits so that it still holds. */
export type Rounding = "nearest" | "outward";

/** True if one of the numbers, sorted, is printed like this. A sign may be said in words. */
export function isAmong(
  printed: PrintedNumber,
  sorted: Float64Array,
  rounding: Rounding = "nearest",
): boolean {
  return (UNITS[printed.unit] ?? [1]).some((unit) => {
    const nearest = 0.5 * 10 ** -printed.decimals;
    const reach = rounding === "nearest" ? nearest : Math.max(nearest, thirdDigit(printed.value));
    const half = reach * unit * (1 + 1e-6) + 1e-12;
    const value = printed.value * unit;
    return [value, -value].some((one) => isNear(one, half, sorted));
  });
}

/** What one more in the third digit is; 0 for numbers with more digits, which are not rounded to three. */
function thirdDigit(value: number): number {
  if (value === 0 || Number(value.toPrecision(3)) !== value) return 0;
  return 10 ** (Math.floor(Math.log10(Math.abs(value))) - 2);
}

function isNear(value: number, most: number, sorted: Float64Array): boolean {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < value - most) low = middle + 1;
    else high = middle;
  }
  return low < sorted.length && sorted[low] <= value + most;
}
