import type { JSX } from "react";
import { FORMAT_NAMES } from "../../core/formats/formatNames.ts";
import "./topBar.css";
import { NarrowMenu } from "../controls/NarrowMenu.tsx";
import { ExportButtons } from "../export/ExportButtons.tsx";
import { OpenFileButton, OpenFolderButton } from "../files/OpenButtons.tsx";
import type { ShownAnalysis } from "../hooks/useShownAnalysis.ts";
import { setHelp } from "../state/actions.ts";
import { bytesText } from "./bytesText.ts";
import { HistoryButtons } from "./HistoryButtons.tsx";
import { ShareButton } from "./ShareButton.tsx";
import { ThemeToggle } from "./ThemeToggle.tsx";

interface Props {
  readonly shown: ShownAnalysis | null;
}

export function TopBar({ shown }: Props): JSX.Element {
  return (
    <header className="top-bar">
      {shown !== null && (
        <div className="top-bar-model">
          <h1 title={shown.analysis.model.name}>
            <span className="brand">ConvAtlas</span>
            <span className="model-name">{shown.analysis.model.name}</span>
          </h1>
          <p className="small muted">
            {FORMAT_NAMES[shown.analysis.model.format].label},{" "}
            {bytesText(shown.analysis.model.bytes)}
          </p>
        </div>
      )}
      <div className="top-bar-actions">
        {shown !== null && (
          <>
            <HistoryButtons />
            <NarrowMenu label="Share" testId="share-menu">
              <ShareButton />
              <ExportButtons shown={shown} />
            </NarrowMenu>
            <NarrowMenu label="Open" testId="open-menu">
              <OpenFileButton label="Open a model" className="button" />
              <OpenFolderButton label="Open a folder" className="button" />
            </NarrowMenu>
          </>
        )}
        <ThemeToggle />
        <button
          type="button"
          className="button button-quiet"
          aria-label="Help: keys and words"
          onClick={() => setHelp(true)}
        >
          <span aria-hidden="true">?</span>
          <span className="wide-only" aria-hidden="true">
            Help
          </span>
        </button>
      </div>
    </header>
  );
}
