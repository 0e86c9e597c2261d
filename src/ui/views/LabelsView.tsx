import { type JSX, useCallback, useMemo } from "react";
import { assignmentFigure } from "../figures/assignment.ts";
import { figureTheme } from "../figures/theme.ts";
import { useOpenLayer } from "../hooks/useOpenLayer.ts";
import { usePage } from "../hooks/usePage.ts";
import { useSelectedLayer } from "../hooks/useSelectedLayer.ts";
import type { ShownAnalysis } from "../hooks/useShownAnalysis.ts";
import { useTheme } from "../hooks/useTheme.ts";
import { selectGroup } from "../state/actions.ts";
import { FigureHost } from "./FigureHost.tsx";
import { Provisional } from "./Provisional.tsx";

interface Props {
  readonly shown: ShownAnalysis;
  readonly width: number;
}

/** Which filters the kernels of each layer act like, beside what chance gives. */
export function LabelsView({ shown, width }: Props): JSX.Element {
  const { analysis, isComplete } = shown;
  const theme = figureTheme(useTheme());
  const selected = useSelectedLayer(analysis)?.index;
  const group = usePage((state) => state.selection.group);
  const figure = useMemo(
    () =>
      assignmentFigure(analysis, {
        width,
        theme,
        ...(selected === undefined ? {} : { selectedLayer: selected }),
        ...(group === null ? {} : { group }),
      }),
    [analysis, width, theme, selected, group],
  );
  const open = useOpenLayer(analysis);
  const selectLabel = useCallback(
    (label: string, index: number | null) => {
      const layer = index === null ? null : (analysis.layers[index]?.description.name ?? null);
      selectGroup({ kind: "label", layer, label });
    },
    [analysis],
  );
  return (
    <section className="view" aria-labelledby="labels-title">
      <div className="view-head">
        <div>
          <h2 id="labels-title">Which filters the kernels of each layer act like</h2>
          <p className="muted">
            A kernel gets the name of the filter whose effect on an image is nearest. Compare each
            bar with the thin one of chance: only a difference from it says something about the
            network. Choose a part of a bar, or a name in the key, to see those kernels everywhere.
          </p>
        </div>
      </div>
      <FigureHost node={figure.node} onLayer={open} onLabel={selectLabel} />
      <Provisional isComplete={isComplete} />
    </section>
  );
}
