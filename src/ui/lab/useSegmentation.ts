import { useMemo } from "react";
import { pixelsWithLabel } from "../../core/images/preparedMask.ts";
import type { ClassArea } from "../../core/maps/classMap.ts";
import { askedClass, chosenLabel, type RightLabel } from "../../core/maps/maskLabel.ts";
import { maskByRule } from "../../core/maps/maskRule.ts";
import type { Maps, PlacedMask } from "../../worker/lab/protocol.ts";
import type { MarkedArea } from "./drawOverlay.ts";
import { maskLabelOf, ruleOf } from "./labSelectors.ts";
import type { OutputChoice } from "./labState.ts";
import { useLab } from "./labStore.ts";
import { areasOfClasses, diceOf } from "./maskReading.ts";
import { hasSeveralClasses, markedShare, type OutputReading, readingOf } from "./outputReading.ts";
import type { ReadyLab } from "./readyLab.ts";
import { useHeldMaps } from "./useHeldMaps.ts";

/** A given mask, and which of its labels counts for what is looked at. */
export interface GivenMask extends RightLabel {
  readonly placed: PlacedMask;
  readonly area: MarkedArea;
}

export interface Segmentation {
  /** Id of the image that was run. */
  readonly image: string;
  /** What the network was given. */
  readonly input: Maps;
  readonly output: Maps;
  readonly reading: OutputReading;
  readonly area: MarkedArea;
  /** Share of the image that is marked, 0..1. */
  readonly share: number;
  /** The right answer, where there is one. */
  readonly mask: GivenMask | null;
  readonly dice: number | null;
  /** All classes, where there are several. */
  readonly classes: readonly ClassArea[];
}

/** What the last run marks under the choices of now; null before there is one, or for a vector. */
export function useSegmentation(lab: ReadyLab, choice: OutputChoice | null): Segmentation | null {
  const { run, mask: held } = useHeldMaps();
  const at = lab.model.outputs.findIndex(({ name }) => name === choice?.name);
  const output = run?.result.outputs[at] ?? null;
  const reading = useMemo(() => (output === null ? null : readingOf(output)), [output]);
  const isOfRun = held !== null && held.run === run && held.output === output;
  const given = isOfRun ? held.placed : null;
  const said = useLab((state) => state.maskLabels);
  const mask = useMemo((): GivenMask | null => {
    if (given === null || output === null || choice === null) return null;
    const asked = askedClass(ruleOf(choice), output.channels);
    const right = chosenLabel(maskLabelOf({ maskLabels: said }, choice), asked, given);
    const { width, height } = output;
    const marked = pixelsWithLabel(given, right.label, right.leftOut);
    return { placed: given, ...right, area: { width, height, marked } };
  }, [given, output, choice, said]);
  const classes = useMemo(() => {
    const isSeveral = reading !== null && hasSeveralClasses(reading);
    if (!isSeveral || reading.classMap === null) return [];
    const known = reading.isClassNumbers ? null : reading.classMap.classes;
    return areasOfClasses(reading.classMap, known, given, said);
  }, [reading, given, said]);
  return useMemo(() => {
    if (run === null || output === null || reading === null || choice === null) return null;
    const marked = maskByRule(output, ruleOf(choice));
    const area = { width: output.width, height: output.height, marked };
    const dice = mask === null ? null : diceOf(area, mask.area);
    const share = markedShare(marked);
    const { slice, result } = run;
    const shown = { image: slice.image, input: result.input, output, reading };
    return { ...shown, area, share, mask, dice, classes };
  }, [run, output, reading, choice, mask, classes]);
}
