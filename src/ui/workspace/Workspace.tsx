import { type JSX, useEffect } from "react";
import "./workspace.css";
import { CorrectionsDialog } from "../corrections/CorrectionsDialog.tsx";
import { FeatureEditor } from "../features/FeatureEditor.tsx";
import { usePage } from "../hooks/usePage.ts";
import type { ShownAnalysis } from "../hooks/useShownAnalysis.ts";
import { Inspector } from "../inspector/Inspector.tsx";
import { LayerList } from "../layers/LayerList.tsx";
import { preloadPlotly } from "../plot/loadPlotly.ts";
import { useFindings } from "../report/useFindings.ts";
import { InputSizeNotice } from "../settings/InputSizeNotice.tsx";
import { SettingsChips } from "../settings/SettingsChips.tsx";
import { showsChip } from "../settings/shownChips.ts";
import { ViewPanel } from "../views/ViewPanel.tsx";
import { ViewTabs } from "../views/ViewTabs.tsx";
import { Warnings } from "./Warnings.tsx";

interface Props {
  readonly shown: ShownAnalysis;
}

/** The network on the left, the picture in the middle, what is selected on the right. */
export function Workspace({ shown }: Props): JSX.Element {
  const view = usePage((state) => state.view);
  const isOutdated = usePage((state) => state.pending?.reason === "settings");
  const { analysis, isComplete } = shown;
  useEffect(() => {
    if (isComplete) preloadPlotly();
  }, [isComplete]);
  // Asked for at once: whether clusters are real stands beside their number in every view.
  useFindings(shown);
  return (
    <div className="workspace" data-outdated={isOutdated}>
      <LayerList analysis={analysis} />
      <div className="workspace-content" data-view={view}>
        <main className="workspace-main">
          <ViewTabs view={view} />
          <SettingsChips analysis={analysis} view={view} />
          {showsChip(view, "inputSize") && analysis.inputSizeIsOpen && (
            <InputSizeNotice key={analysis.model.sha256} />
          )}
          <ViewPanel shown={shown} view={view} />
          <Warnings warnings={analysis.warnings} />
        </main>
        <Inspector shown={shown} />
      </div>
      <CorrectionsDialog analysis={analysis} />
      <FeatureEditor analysis={analysis} />
    </div>
  );
}
