import { type JSX, useState } from "react";
import type { Analysis } from "../../core/analysis/analysis.ts";
import { type Corrections, NO_CORRECTIONS } from "../../core/network/corrections.ts";
import { useModalDialog } from "../hooks/useModalDialog.ts";
import { usePage } from "../hooks/usePage.ts";
import { applyCorrections, setCorrections } from "../state/actions.ts";
import "./corrections.css";
import { CorrectionsTable } from "./CorrectionsTable.tsx";
import { correctionCount } from "./draft.ts";
import { ImageSideField } from "./ImageSideField.tsx";

interface Props {
  readonly analysis: Analysis;
}

/** Where a person tells what the file does not: order, roles, map sizes, readings of weights. */
export function CorrectionsDialog({ analysis }: Props): JSX.Element {
  const isOpen = usePage((state) => state.correctionsAreOpen);
  const dialog = useModalDialog(isOpen);
  return (
    <dialog
      ref={dialog}
      className="corrections"
      aria-labelledby="corrections-title"
      data-testid="corrections"
      onClose={() => setCorrections(false)}
    >
      {isOpen && <CorrectionsForm key={analysis.model.sha256} analysis={analysis} />}
    </dialog>
  );
}

function CorrectionsForm({ analysis }: Props): JSX.Element {
  const [draft, setDraft] = useState<Corrections>(analysis.settings.corrections);
  /** Counts the times all was undone: fields then start anew. */
  const [undone, setUndone] = useState(0);
  const isChanged = draft !== analysis.settings.corrections;
  return (
    <form
      className="corrections-form"
      onSubmit={(event) => {
        event.preventDefault();
        applyCorrections(draft);
      }}
    >
      <header className="corrections-head">
        <h2 id="corrections-title">Check the layers</h2>
        <p className="small muted">
          What the file does not say is guessed from names and channel numbers. Correct what you
          know better: sizes change the spectra, roles and order change where a layer is shown. A
          transposed convolution grows the map; the brackets say which axis of the stored weights is
          which (output channel, input channel, height, width).
        </p>
      </header>
      {analysis.levels.length > 0 && (
        <ImageSideField
          key={undone}
          side={draft.inputSide}
          onChange={(inputSide) => setDraft({ ...draft, inputSide })}
        />
      )}
      <CorrectionsTable analysis={analysis} draft={draft} onChange={setDraft} />
      <footer className="corrections-foot">
        <button
          type="button"
          className="button button-quiet"
          disabled={correctionCount(draft) === 0}
          onClick={() => {
            setDraft(NO_CORRECTIONS);
            setUndone(undone + 1);
          }}
        >
          Undo all corrections
        </button>
        <button type="button" className="button" onClick={() => setCorrections(false)}>
          Cancel
        </button>
        <button type="submit" className="button button-primary" disabled={!isChanged}>
          Apply
        </button>
      </footer>
    </form>
  );
}
