import {
  type Analysis,
  INDETERMINATE,
  KERNEL_DEAD,
  KERNEL_NOT_FINITE,
} from "../../core/analysis/analysis.ts";
import { columnReader, isTie, type KernelColumnId } from "./kernelColumns.ts";
import type { KernelTest } from "./kernelRows.ts";

type Relation = "<" | "<=" | ">" | ">=" | "=";

interface NumberCondition {
  readonly column: KernelColumnId;
  readonly relation: Relation;
  readonly value: number;
}

/** What a row must have: all of it. */
export interface RowFilter {
  readonly numbers: readonly NumberCondition[];
  /** Lower case; found in a row's words. */
  readonly words: readonly string[];
}

/** Names of number columns as people write them. */
const NAMES: Readonly<Record<string, KernelColumnId>> = {
  in: "in",
  input: "in",
  out: "out",
  output: "out",
  distance: "distance",
  margin: "margin",
  "value distance": "valueDistance",
  cluster: "cluster",
  norm: "norm",
  pc1: "pc1",
  pc2: "pc2",
  pc3: "pc3",
};

const NAME = `${Object.keys(NAMES)
  .toSorted((a, b) => b.length - a.length)
  .join("|")}|w\\d+`;
const NUMBER = "[-\\u2212]?(?:\\d+\\.?\\d*|\\.\\d+)(?:e[-+]?\\d+)?";

/** "distance < 5 %", "cluster 2", "in=3". */
const CONDITION = new RegExp(
  `(?<![\\w.])(${NAME})(?:\\s*(<=|>=|<|>|=)\\s*|\\s+)(${NUMBER})(\\s*%)?(?![\\w.])`,
  "gi",
);

function columnNamed(name: string): KernelColumnId {
  const lower = name.toLowerCase();
  return NAMES[lower] ?? (lower as KernelColumnId);
}

/** What a person typed; words that are no condition are searched for. */
export function parsedRowFilter(text: string): RowFilter {
  const numbers: NumberCondition[] = [];
  const rest = text.replace(
    CONDITION,
    (_, name: string, relation: Relation | undefined, number: string, percent?: string) => {
      const value = Number(number.replace("\u2212", "-")) / (percent === undefined ? 1 : 100);
      numbers.push({ column: columnNamed(name), relation: relation ?? "=", value });
      return " ";
    },
  );
  const words = rest
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
  return { numbers, words };
}

/** True if labels or distances decide about rows. */
export function filterNeedsAction({ numbers, words }: RowFilter): boolean {
  return words.length > 0 || numbers.some(({ column }) => ["distance", "margin"].includes(column));
}

/** Numbers are compared as they are shown: in six digits, so that 0.1 is 0.1 in float32 too. */
const DIGITS = 6;

function holds(value: number, relation: Relation, wanted: number): boolean {
  switch (relation) {
    case "<":
      return value < wanted;
    case "<=":
      return value <= wanted;
    case ">":
      return value > wanted;
    case ">=":
      return value >= wanted;
    case "=":
      return Number(value.toPrecision(DIGITS)) === wanted;
  }
}

/** Words for kernels in a state of their own. */
const STATE_WORDS: Readonly<Record<number, string>> = {
  [KERNEL_DEAD]: "dead all zero",
  [KERNEL_NOT_FINITE]: "not finite",
};

/** Tests kernels of one layer; null where all of them pass. */
export function rowTest(
  analysis: Analysis,
  layerIndex: number,
  { numbers, words }: RowFilter,
  members: Uint8Array | null,
): KernelTest {
  const tests: ((kernel: number) => boolean)[] = [];
  for (const { column, relation, value } of numbers) {
    const read = columnReader(analysis, layerIndex, column, members);
    tests.push((kernel) => holds(read(kernel), relation, value));
  }
  for (const word of words) {
    const test = wordTest(analysis, layerIndex, word, members);
    if (test !== null) tests.push(test);
  }
  if (tests.length === 0) return null;
  return (kernel) => tests.every((test) => test(kernel));
}

/** Everything that a row says in words: its layer, role, both filters, tie, dead, selected. */
function wordTest(
  analysis: Analysis,
  layerIndex: number,
  word: string,
  members: Uint8Array | null,
): KernelTest {
  const { features } = analysis;
  const { description, place, action, values } = analysis.layers[layerIndex];
  if (`${description.name} ${place.role}`.toLowerCase().includes(word)) return null;
  const fits = features.map(({ id, label }) => `${id} ${label}`.toLowerCase().includes(word));
  const fitsNone = "indeterminate".includes(word);
  const fitsState = (kernel: number) => STATE_WORDS[values.states[kernel]]?.includes(word) ?? false;
  const fitsTie = "tie".startsWith(word) && action?.stage === "exact";
  const fitsGroup = "selected".startsWith(word);
  return (kernel) => {
    const label = action?.labels[kernel];
    if (label === INDETERMINATE ? fitsNone : label !== undefined && fits[label]) return true;
    if (fits[values.nearest[kernel]] || fitsState(kernel)) return true;
    if (fitsGroup && members?.[kernel] === 1) return true;
    return fitsTie && isTie(action.margins[kernel]);
  };
}
