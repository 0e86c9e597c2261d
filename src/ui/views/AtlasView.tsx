import { type JSX, useCallback, useDeferredValue, useMemo } from "react";
import type { Analysis } from "../../core/analysis/analysis.ts";
import { type AtlasOptions, atlasFigure } from "../figures/atlas.ts";
import { figureTheme } from "../figures/theme.ts";
import { usePage } from "../hooks/usePage.ts";
import { useSelectedLayer } from "../hooks/useSelectedLayer.ts";
import type { ShownAnalysis } from "../hooks/useShownAnalysis.ts";
import { useSteadyAnalysis } from "../hooks/useSteadyAnalysis.ts";
import { useTheme } from "../hooks/useTheme.ts";
import { openLayer } from "../state/actions.ts";
import { ColourByField } from "./ColourByField.tsx";
import { FigureHost } from "./FigureHost.tsx";
import { Provisional } from "./Provisional.tsx";

interface Props {
  readonly shown: ShownAnalysis;
  readonly width: number;
}

interface AtlasOptionsOf {
  readonly analysis: Analysis;
  readonly options: AtlasOptions;
}

/** The whole network at a glance: one small plot per layer. */
export function AtlasView({ shown, width }: Props): JSX.Element {
  const { isComplete } = shown;
  const theme = figureTheme(useTheme());
  const colourBy = usePage((state) => state.colourBy);
  const analysis = useSteadyAnalysis(shown.analysis, isComplete || colourBy === "label");
  const selected = useSelectedLayer(analysis)?.index;
  const wanted = useMemo<AtlasOptionsOf>(
    () => ({
      analysis,
      options: {
        width,
        theme,
        colourBy,
        ...(selected === undefined ? {} : { selectedLayer: selected }),
      },
    }),
    [analysis, width, theme, colourBy, selected],
  );
  // Deferred, so that React draws the thousands of parts in slices between which the
  // page answers; until then the picture before stays.
  const drawn = useDeferredValue(wanted, null);
  const figure = useMemo(
    () => (drawn === null ? null : atlasFigure(drawn.analysis, drawn.options)),
    [drawn],
  );
  const open = useCallback(
    (index: number) => {
      const layer = analysis.layers[index];
      if (layer !== undefined) openLayer(layer.description.name);
    },
    [analysis],
  );
  return (
    <section className="view" aria-labelledby="atlas-title">
      <div className="view-head">
        <div>
          <h2 id="atlas-title">All layers on common axes</h2>
          <p className="muted">Choose a layer to look closer.</p>
        </div>
        <ColourByField />
      </div>
      {figure === null ? (
        <div className="figure-room" />
      ) : (
        <FigureHost node={figure.node} onLayer={open} />
      )}
      <Provisional isComplete={isComplete} />
    </section>
  );
}
