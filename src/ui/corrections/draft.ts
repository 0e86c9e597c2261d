import type { AnalysedLayer, Analysis } from "../../core/analysis/analysis.ts";
import {
  type Corrections,
  correctionOf,
  isTransposedLayout,
  type LayerCorrection,
} from "../../core/network/corrections.ts";
import type { KernelLayout } from "../../core/network/kernelTensor.ts";
import { mapOfLevel } from "../../core/network/levelMaps.ts";
import type { LayoutQuestion } from "../../core/network/network.ts";
import type { Size2d } from "../../core/network/size2d.ts";
import { LARGEST_INPUT_SIZE, type Role } from "../../core/network/structure.ts";

/** One layer in the table of corrections, as it would be after applying them. */
export interface CorrectionRow {
  readonly name: string;
  readonly channels: string;
  readonly role: Role;
  /** Nobody has said so: the role is a guess. */
  readonly roleIsGuess: boolean;
  readonly map: Size2d;
  /** The file does not say, and nobody has said so yet. */
  readonly mapIsAssumed: boolean;
  /** How the stored weights are read; null where the file leaves nothing open. */
  readonly reading: Reading | null;
}

export interface Reading {
  readonly chosen: KernelLayout;
  readonly choices: readonly KernelLayout[];
  /** Why another reading is likely; null where nothing speaks for one. */
  readonly doubt: string | null;
}

/** The rows in the order of execution that `draft` says. */
export function correctionRows(analysis: Analysis, draft: Corrections): readonly CorrectionRow[] {
  const questions = new Map(analysis.questions.map((question) => [question.layer, question]));
  const rows = analysis.layers.map((layer, index) =>
    rowOf(layer, analysis.levels[index] ?? null, questions, draft),
  );
  if (draft.order === null) return rows;
  const places = new Map(draft.order.map((name, place) => [name, place]));
  const placeOf = ({ name }: CorrectionRow) => places.get(name) ?? rows.length;
  return rows.toSorted((one, other) => placeOf(one) - placeOf(other));
}

function rowOf(
  { description, place }: AnalysedLayer,
  level: number | null,
  questions: ReadonlyMap<string, LayoutQuestion>,
  draft: Corrections,
): CorrectionRow {
  const { name, inChannels, outChannels } = description;
  const { role, mapSize, layout } = correctionOf(draft, name);
  const stated = mapSize ?? mapOfLevel(level, draft.inputSide);
  const question = questions.get(name);
  return {
    name,
    channels: `${inChannels} → ${outChannels}`,
    role: role ?? place.role,
    roleIsGuess: role === undefined && place.roleSource === "guess",
    map: stated ?? place.grid,
    mapIsAssumed: stated === null && place.gridSource === "default",
    reading:
      question === undefined
        ? null
        : {
            chosen: layout ?? question.readAs,
            choices: [question.readAs, ...question.alternatives],
            doubt: question.doubt,
          },
  };
}

/** The draft with one layer's correction changed. */
export function withLayer(draft: Corrections, name: string, change: LayerCorrection): Corrections {
  const layers = { ...draft.layers, [name]: { ...correctionOf(draft, name), ...change } };
  return { ...draft, layers };
}

/** The draft with a layer one place earlier or later; `names` is the order on screen. */
export function withMove(
  draft: Corrections,
  names: readonly string[],
  name: string,
  step: 1 | -1,
): Corrections {
  const from = names.indexOf(name);
  const to = from + step;
  if (from < 0 || to < 0 || to >= names.length) return draft;
  const order = [...names];
  [order[from], order[to]] = [order[to], order[from]];
  return { ...draft, order };
}

/** "64" or "64 x 48" as height and width; null for anything else. */
export function parseMap(text: string): Size2d | null {
  const [, height, width = height] = /^\s*(\d+)\s*(?:[x×*]\s*(\d+)\s*)?$/i.exec(text) ?? [];
  if (height === undefined || width === undefined) return null;
  const sides = [Number(height), Number(width)] as const;
  return sides.every((side) => side >= 1 && side <= LARGEST_INPUT_SIZE) ? sides : null;
}

export function mapAsTyped([height, width]: Size2d): string {
  return height === width ? String(height) : `${height} x ${width}`;
}

/** A reading of weights in words: what the convolution is, and the order of the axes. */
export function layoutWords(layout: KernelLayout): string {
  const axes = layout.replaceAll("/g", "").split(",").join(", ");
  return `${isTransposedLayout(layout) ? "transposed" : "convolution"} (${axes})`;
}

/** Layers whose weights are more likely to be read in another way than they are. */
export function doubtfulLayers(analysis: Analysis): readonly string[] {
  const { corrections } = analysis.settings;
  return analysis.questions
    .filter(({ layer, doubt }) => doubt !== null && !correctionOf(corrections, layer).layout)
    .map(({ layer }) => layer);
}

/** True if order, roles, map sizes and weights all follow from the file itself. */
export function fileTellsLayers(analysis: Analysis): boolean {
  const { roleGuess, layers } = analysis;
  const noneIsAssumed = layers.every(({ place }) => place.gridSource !== "default");
  return roleGuess === null && noneIsAssumed && doubtfulLayers(analysis).length === 0;
}

/** Layers that a person has corrected, plus the order and the image's side as one each. */
export function correctionCount({ layers, order, inputSide }: Corrections): number {
  const whole = (order === null ? 0 : 1) + (inputSide === null ? 0 : 1);
  return Object.keys(layers).length + whole;
}
