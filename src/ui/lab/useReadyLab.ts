import { useMemo } from "react";
import {
  currentSlice,
  maskLabelOf,
  preprocessingOf,
  ruleOf,
  shownImages,
  testSetOf,
} from "./labSelectors.ts";
import { useLab } from "./labStore.ts";
import { pageLab } from "./pageLab.ts";
import type { ReadyLab } from "./readyLab.ts";

/** The lab as its parts use it; null until its network runs and there is an image. */
export function useReadyLab(): ReadyLab | null {
  const phase = useLab((state) => state.phase);
  const model = useLab((state) => state.model);
  const images = useLab((state) => state.images);
  const current = useLab((state) => state.current);
  const slices = useLab((state) => state.slices);
  const masks = useLab((state) => state.masks);
  const edits = useLab((state) => state.edits);
  const output = useLab((state) => state.output);
  const maskLabels = useLab((state) => state.maskLabels);
  return useMemo(() => {
    const client = pageLab.client();
    const slice = currentSlice({ images, current, slices });
    const preprocessing = preprocessingOf({ model, images, current, slices, edits });
    if (phase !== "ready" || client === null || model === null) return null;
    if (slice === null || preprocessing === null || output === null) return null;
    return {
      client,
      model,
      images: shownImages({ images, masks }),
      slice,
      preprocessing,
      output: {
        name: output.name,
        rule: ruleOf(output),
        label: maskLabelOf({ maskLabels }, output),
      },
      testSet: testSetOf({ images, masks, slices, edits }, model),
    };
  }, [phase, model, images, current, slices, masks, edits, output, maskLabels]);
}
