import { type JSX, useCallback } from "react";
import { atlasSteps } from "../figures/atlas.ts";
import { figureTheme } from "../figures/theme.ts";
import { useInSlices } from "../hooks/useInSlices.ts";
import { useOpenLayer } from "../hooks/useOpenLayer.ts";
import { usePage } from "../hooks/usePage.ts";
import { useSelectedLayer } from "../hooks/useSelectedLayer.ts";
import type { ShownAnalysis } from "../hooks/useShownAnalysis.ts";
import { useSteadyAnalysis } from "../hooks/useSteadyAnalysis.ts";
import { useTheme } from "../hooks/useTheme.ts";
import { ColourByField } from "./ColourByField.tsx";
import { FigureHost } from "./FigureHost.tsx";
import { Provisional } from "./Provisional.tsx";

interface Props {
  readonly shown: ShownAnalysis;
  readonly width: number;
}

/** The whole network at a glance: one small plot per layer. */
export function AtlasView({ shown, width }: Props): JSX.Element {
  const { isComplete } = shown;
  const theme = figureTheme(useTheme());
  const colourBy = usePage((state) => state.colourBy);
  const followsLabels = usePage(
    (state) => state.colourBy === "label" || state.selection.group?.kind === "label",
  );
  const analysis = useSteadyAnalysis(shown.analysis, isComplete || followsLabels);
  const selection = useSelectedLayer(analysis);
  const selected = selection?.index;
  const kernel = selection?.kernel ?? null;
  const group = usePage((state) => state.selection.group);
  const draw = useCallback(
    () =>
      atlasSteps(analysis, {
        width,
        theme,
        colourBy,
        ...(selected === undefined ? {} : { selectedLayer: selected }),
        ...(kernel === null ? {} : { selectedKernel: kernel }),
        ...(group === null ? {} : { group }),
      }),
    [analysis, width, theme, colourBy, selected, kernel, group],
  );
  const figure = useInSlices(draw);
  const open = useOpenLayer(analysis);
  return (
    <section className="view" aria-labelledby="atlas-title">
      <div className="view-head">
        <div className="view-head-line">
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
