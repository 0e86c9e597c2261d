import type { ImagesRequest } from "../../worker/lab/protocol.ts";

/** Held-out slices that the page brings for its sample, see public/samples/MODEL_CARD.md. */
const SLICES = 12;

/** Half way up the head, where a brain looks as people know it. */
export const FIRST_SLICE = "slice-006.png";

/** The slices and their masks, as files of this site. */
export function sampleSlices(): ImagesRequest["files"] {
  return Array.from({ length: SLICES }, (_, slice) => {
    const stem = `slice-${String(slice).padStart(3, "0")}`;
    return [`${stem}.png`, `${stem}-mask.png`].map((name) => {
      // Absolute: the worker that fetches it resolves addresses against its own.
      const path = `${import.meta.env.BASE_URL}samples/slices/${name}`;
      return { url: new URL(path, location.href).href, name };
    });
  }).flat();
}
