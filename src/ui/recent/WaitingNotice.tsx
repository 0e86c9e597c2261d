import type { JSX } from "react";
import { PickFilesButton } from "../files/PickFilesButton.tsx";
import { usePage } from "../hooks/usePage.ts";
import { forgetWaiting, openFiles } from "../state/actions.ts";
import "./recent.css";

/** Asks for the file to which the view of a link or a picture belongs. */
export function WaitingNotice(): JSX.Element | null {
  const waiting = usePage((state) => state.waiting);
  const isReading = usePage((state) => state.pending?.reason === "model");
  const somethingIsShown = usePage((state) => state.current !== null);
  if (waiting === null || isReading) return null;
  const { name, sha256 } = waiting.model;
  return (
    <section className="waiting-notice" aria-label="A view that waits for its model">
      <div role="status">
        <p>
          This link or picture shows <strong>{name === "" ? "a model" : name}</strong>. Open that
          file to see the same view.
        </p>
        <p className="small muted">
          Links and pictures carry the view, never the model. The file is recognised by its content
          (SHA-256 {sha256.slice(0, 8)}…), whatever its name is now.
          {somethingIsShown && " What is below belongs to another model."}
        </p>
      </div>
      <div className="waiting-actions">
        <PickFilesButton
          label="Open the file"
          className="button button-primary"
          inputLabel="Model files of the view"
          testId="waiting-input"
          onFiles={openFiles}
        />
        <PickFilesButton
          label="Open its folder"
          className="button"
          inputLabel="Model folder of the view"
          testId="waiting-folder-input"
          picksFolder
          onFiles={openFiles}
        />
        <button type="button" className="button" onClick={forgetWaiting}>
          Forget this view
        </button>
      </div>
    </section>
  );
}
