import { type ClassArea, meanDice } from "../maps/classMap.ts";
import { rounded } from "./numbers.ts";

/** A run of the network on one image, in numbers: neither the image nor its name leaves the page. */
export interface LabRunResult {
  /** From this value of the output on a pixel belongs; null where the largest class decides. */
  readonly threshold: number | null;
  /** Share of the image that is marked, 0..1; null for outputs that are no images. */
  readonly marked: number | null;
  /** Dice's coefficient with the given mask, 0..1; null without one. */
  readonly dice: number | null;
  /** Of networks that give each pixel one of several classes; empty for others. */
  readonly classes: readonly ClassArea[];
  readonly milliseconds: number;
  readonly engine: {
    readonly provider: string;
    readonly threads: number;
    /** One run with each of the providers, in milliseconds; null where they were not compared. */
    readonly measured: Readonly<Record<string, number>> | null;
  };
}

/** A run as it stands in the exported results. */
export function labRunJson({
  threshold,
  marked,
  dice,
  classes,
  milliseconds,
  engine,
}: LabRunResult): object {
  const { measured } = engine;
  return {
    threshold: threshold === null ? null : rounded(threshold),
    marked: marked === null ? null : rounded(marked),
    dice: dice === null ? null : rounded(dice),
    ...(classes.length > 0 && classesJson(classes)),
    milliseconds: rounded(milliseconds),
    engine: { ...engine, measured: measured && roundedEntries(measured) },
  };
}

function classesJson(classes: readonly ClassArea[]): object {
  const mean = meanDice(classes);
  return {
    meanDice: mean === null ? null : rounded(mean),
    classes: classes.map(({ number, share, dice }) => ({
      number,
      marked: rounded(share),
      dice: dice === null ? null : rounded(dice),
    })),
  };
}

function roundedEntries(numbers: Readonly<Record<string, number>>): object {
  return Object.fromEntries(Object.entries(numbers).map(([name, value]) => [name, rounded(value)]));
}
