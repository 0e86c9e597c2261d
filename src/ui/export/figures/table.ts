import { ConvAtlasError } from "../../../core/errors.ts";
import type { ExportedView } from "./viewFigure.ts";

const NO_PICTURE = "This view has no picture; export CSV.";

/** A table is numbers: they are taken along as CSV or JSON. */
export const TABLE_EXPORT: ExportedView = {
  refusal: () => NO_PICTURE,
  async draw() {
    throw new ConvAtlasError("unsupported", NO_PICTURE);
  },
};
