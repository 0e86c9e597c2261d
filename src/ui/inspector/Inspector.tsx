import type { JSX } from "react";
import "./inspector.css";
import { ViewBoundary } from "../errors/ViewBoundary.tsx";
import { usePage } from "../hooks/usePage.ts";
import { useSelectedLayer } from "../hooks/useSelectedLayer.ts";
import type { ShownAnalysis } from "../hooks/useShownAnalysis.ts";
import { GroupSummary } from "./GroupSummary.tsx";
import { KernelInspector } from "./KernelInspector.tsx";
import { LayerSummary } from "./LayerSummary.tsx";
import { ModelSummary } from "./ModelSummary.tsx";

interface Props {
  readonly shown: ShownAnalysis;
}

/** What is selected, in numbers and words: a kernel, else a group, and below it the layer or the model. */
export function Inspector({ shown: { analysis } }: Props): JSX.Element {
  const selected = useSelectedLayer(analysis);
  const view = usePage((state) => state.view);
  // The layer view shows the first layer until one is chosen: speak of the same one.
  const index = selected?.index ?? (view === "layer" && analysis.layers.length > 0 ? 0 : null);
  const kernel = selected?.kernel ?? null;
  const layer = index === null ? null : (analysis.layers[index] ?? null);
  const group = usePage((state) => state.selection.group);
  return (
    <aside className="inspector" aria-label="Inspector">
      <ViewBoundary resetKey={`${index} ${kernel} ${analysis.model.sha256} ${group?.kind}`}>
        {/* Above and not in place of what it was chosen in: that stays, and so does the focus. */}
        {group !== null && kernel === null && <GroupSummary analysis={analysis} group={group} />}
        {layer === null || index === null ? (
          <ModelSummary analysis={analysis} />
        ) : kernel === null ? (
          <LayerSummary analysis={analysis} layer={layer} view={view} />
        ) : (
          <KernelInspector analysis={analysis} layer={layer} kernel={kernel} />
        )}
      </ViewBoundary>
    </aside>
  );
}
