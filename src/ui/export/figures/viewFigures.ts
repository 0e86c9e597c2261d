import type { ViewName } from "../../state/choices.ts";
import { ATLAS_EXPORT } from "./atlas.ts";
import { COMPARE_EXPORT } from "./compare.ts";
import { LAB_EXPORT } from "./lab.ts";
import { LABELS_EXPORT } from "./labels.ts";
import { LAYER_EXPORT } from "./layer.ts";
import { REPORT_EXPORT } from "./report.ts";
import { TABLE_EXPORT } from "./table.ts";
import type { ExportedView } from "./viewFigure.ts";

/** How each view is exported as a picture. */
export const VIEW_FIGURES: Readonly<Record<ViewName, ExportedView>> = {
  atlas: ATLAS_EXPORT,
  layer: LAYER_EXPORT,
  labels: LABELS_EXPORT,
  table: TABLE_EXPORT,
  compare: COMPARE_EXPORT,
  lab: LAB_EXPORT,
  report: REPORT_EXPORT,
};
