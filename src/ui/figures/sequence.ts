import { ORDERED_CLASSES } from "../../core/values/orderedClasses.ts";
import { mixedColour } from "./colour.ts";
import type { FigureTheme } from "./theme.ts";

/** Steps of an ordered quantity. */
export const SEQUENCE_STEPS = ORDERED_CLASSES;

/**
 * Cividis at ten even places, dark to light: evenly ordered in lightness, also for the common
 * colour deficiencies (Nu\u00F1ez, Anderton and Renslow 2018, PLoS ONE 13(7), e0199239).
 */
const CIVIDIS = [
  "#00204D",
  "#00336F",
  "#39486B",
  "#575C6D",
  "#707173",
  "#8A8779",
  "#A69D75",
  "#C4B56C",
  "#E4CF5B",
  "#FFEA46",
] as const;

/** Ends of the part of the map that has 3:1 on each paper: low values are nearest to the paper. */
const LOW_AND_HIGH = { light: [0.58, 0], dark: [0.42, 1] } as const;

/** Diameters relative to a usual dot: order shows without colour too. */
const SMALLEST = 0.6;
const LARGEST = 1.3;

export interface SequenceStep {
  readonly colour: string;
  readonly scale: number;
}

function cividis(place: number): string {
  const at = Math.min(place, 1) * (CIVIDIS.length - 1);
  const below = Math.min(Math.floor(at), CIVIDIS.length - 2);
  return mixedColour(CIVIDIS[below], CIVIDIS[below + 1], at - below);
}

/** Look of step `step` of `steps` of an ordered quantity, 0 = lowest. */
export function sequenceStep(theme: FigureTheme, step: number, steps: number): SequenceStep {
  const share = steps > 1 ? step / (steps - 1) : 1;
  const [low, high] = LOW_AND_HIGH[theme.name];
  return {
    colour: cividis(low + (high - low) * share),
    scale: SMALLEST + (LARGEST - SMALLEST) * share,
  };
}
