import { type JSX, Suspense } from "react";
import "./views.css";
import { ViewBoundary } from "../errors/ViewBoundary.tsx";
import { useCaughtFocus } from "../hooks/useCaughtFocus.ts";
import { useElementWidth } from "../hooks/useElementWidth.ts";
import { useSelectedLayer } from "../hooks/useSelectedLayer.ts";
import type { ShownAnalysis } from "../hooks/useShownAnalysis.ts";
import type { ViewName } from "../state/choices.ts";
import { AtlasView } from "./AtlasView.tsx";
import { LabelsView } from "./LabelsView.tsx";
import { LayerView } from "./LayerView.tsx";
import { reloadable } from "./reloadable.ts";
import { tabId, VIEW_PANEL_ID } from "./viewNames.ts";

/** Not needed for the first picture: loaded when they are asked for. */
const TABLE = reloadable(() => import("../table/TableView.tsx").then((one) => one.TableView));
const COMPARE = reloadable(() =>
  import("../compare/CompareView.tsx").then((one) => one.CompareView),
);
const LAB = reloadable(() => import("../lab/LabView.tsx").then((one) => one.LabView));
const REPORT = reloadable(() => import("../report/ReportView.tsx").then((one) => one.ReportView));

function forgetViews(): void {
  for (const one of [TABLE, COMPARE, LAB, REPORT]) one.forget();
}

interface Props {
  readonly shown: ShownAnalysis;
  readonly view: ViewName;
}

function View({ shown, view, width }: Props & { readonly width: number }): JSX.Element {
  const [TableView, CompareView, LabView, ReportView] = [TABLE, COMPARE, LAB, REPORT].map((one) =>
    one.current(),
  );
  switch (view) {
    case "atlas":
      return <AtlasView shown={shown} width={width} />;
    case "layer":
      return <LayerView shown={shown} width={width} />;
    case "labels":
      return <LabelsView shown={shown} width={width} />;
    case "table":
      return <TableView shown={shown} width={width} />;
    case "compare":
      return <CompareView shown={shown} width={width} />;
    case "lab":
      return <LabView shown={shown} width={width} />;
    case "report":
      return <ReportView shown={shown} width={width} />;
  }
}

/** A view, drawn once its width is known. */
function MeasuredView({ shown, view }: Props): JSX.Element {
  const [measure, width] = useElementWidth();
  const selected = useSelectedLayer(shown.analysis);
  const resetKey = `${view} ${selected?.index ?? ""} ${shown.analysis.model.sha256}`;
  return (
    <div ref={measure}>
      <ViewBoundary resetKey={resetKey} onFailure={forgetViews}>
        <Suspense fallback={<p className="muted">This view is being loaded.</p>}>
          {width > 0 && <View shown={shown} view={view} width={width} />}
        </Suspense>
      </ViewBoundary>
    </div>
  );
}

/** The view of the chosen tab. */
export function ViewPanel({ shown, view }: Props): JSX.Element {
  const panel = useCaughtFocus<HTMLDivElement>(view);
  // The atlas takes the inspector's column as well: who comes from it is measured before, and
  // not after, a view of another width is drawn.
  const column = view === "atlas" ? "whole" : "beside the inspector";
  return (
    <div
      ref={panel}
      className="view-panel"
      role="tabpanel"
      tabIndex={-1}
      id={VIEW_PANEL_ID}
      aria-labelledby={tabId(view)}
    >
      <MeasuredView key={column} shown={shown} view={view} />
    </div>
  );
}
