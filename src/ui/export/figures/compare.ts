import { ConvAtlasError } from "../../../core/errors.ts";
import type { ExportedView } from "./viewFigure.ts";

const NO_PICTURE = "This view has no picture; export CSV.";

/** Two models side by side. */
export const COMPARE_EXPORT: ExportedView = {
  refusal: () => NO_PICTURE,
  async draw() {
    throw new ConvAtlasError("unsupported", NO_PICTURE);
  },
};
