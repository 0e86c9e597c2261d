import type { JSX } from "react";
import "./app.css";
import { ErrorNotice } from "./errors/ErrorNotice.tsx";
import { ViewBoundary } from "./errors/ViewBoundary.tsx";
import type { DroppedItem } from "./files/droppedFiles.ts";
import { HelpDialog } from "./help/HelpDialog.tsx";
import { useShortcuts } from "./help/useShortcuts.ts";
import { useAddress } from "./hooks/useAddress.ts";
import { useShownAnalysis } from "./hooks/useShownAnalysis.ts";
import { useThemeAttribute } from "./hooks/useTheme.ts";
import { useWindowDrop } from "./hooks/useWindowDrop.ts";
import { Landing } from "./landing/Landing.tsx";
import { WaitingNotice } from "./recent/WaitingNotice.tsx";
import { openDropped } from "./state/actions.ts";
import { isPictureName } from "./state/sessionPicture.ts";
import { StatusLine } from "./workspace/StatusLine.tsx";
import { TopBar } from "./workspace/TopBar.tsx";
import { Workspace } from "./workspace/Workspace.tsx";

/**
 * The view that compares takes models that are dropped on it, and the place for a mask images;
 * their code comes with them, not before.
 */
async function onDrop(items: readonly DroppedItem[], target: EventTarget | null): Promise<void> {
  if (target instanceof Element && target.closest("[data-drop-mask]")) {
    const { takeDroppedMask } = await import("./lab/pageLab.ts");
    await takeDroppedMask(items);
    return;
  }
  const isForComparison = target instanceof Element && target.closest("[data-drop-compares]");
  if (!isForComparison || items.every(({ name }) => isPictureName(name))) {
    await openDropped(items);
    return;
  }
  const { compareWithDropped } = await import("./compare/pageComparison.ts");
  await compareWithDropped(items);
}

function takeDrop(items: readonly DroppedItem[], target: EventTarget | null): void {
  void onDrop(items, target);
}

export function App(): JSX.Element {
  useThemeAttribute();
  useAddress();
  useShortcuts();
  const fileIsOver = useWindowDrop(takeDrop);
  const shown = useShownAnalysis();
  return (
    <div className={shown === null ? "page page-landing" : "page page-workspace"}>
      <TopBar shown={shown} />
      <div className="page-notices">
        <WaitingNotice />
        <ErrorNotice />
      </div>
      {shown === null ? (
        <Landing />
      ) : (
        // Another model is looked at from the top.
        <ViewBoundary resetKey={shown.analysis.model.sha256}>
          <Workspace key={shown.analysis.model.sha256} shown={shown} />
        </ViewBoundary>
      )}
      <StatusLine shown={shown} />
      <HelpDialog />
      {fileIsOver && (
        <div className="drop-hint" aria-hidden="true">
          <p>
            Drop it here: a model (a file, several files or a folder), a picture saved here, or
            images to run the network on
          </p>
        </div>
      )}
    </div>
  );
}
