import type { JSX } from "react";
import type { Analysis } from "../../core/analysis/analysis.ts";
import type { RoleGuess } from "../../core/network/structure.ts";
import { countText } from "../figures/text.ts";
import { setCorrections } from "../state/actions.ts";
import { correctionCount, doubtfulLayers, fileTellsLayers } from "./draft.ts";

function guessText({ basis, confidence }: RoleGuess): string {
  switch (basis) {
    case "names":
      return `Encoder and decoder are read off the layers' names (confidence: ${confidence}).`;
    case "channels":
      return `Encoder and decoder are guessed from channel numbers (confidence: ${confidence}).`;
    case "nothing":
      return "The file does not tell which layers are encoder and which are decoder.";
  }
}

/** What the file left open about the layers, and the way to correct it. */
export function CheckLayers({ analysis }: { readonly analysis: Analysis }): JSX.Element {
  const { roleGuess, layers, settings } = analysis;
  const assumed = layers.filter(({ place }) => place.gridSource === "default").length;
  const doubtful = doubtfulLayers(analysis).length;
  const corrected = correctionCount(settings.corrections);
  return (
    <section className="check-layers" aria-label="What the file says of its layers">
      {fileTellsLayers(analysis) && (
        <p className="small muted">Order, roles and map sizes come from the file's graph.</p>
      )}
      {roleGuess !== null && <p className="small">{guessText(roleGuess)}</p>}
      {assumed > 0 && (
        <p className="small">
          The map sizes of {countText(assumed, "layer")} are not in the file: 64 × 64 is assumed.
        </p>
      )}
      {doubtful > 0 && (
        <p className="small">
          {countText(doubtful, "layer")} may be transposed convolutions, which grow the map.
        </p>
      )}
      {corrected > 0 && <p className="small">{countText(corrected, "correction")} by you.</p>}
      <button
        type="button"
        className="button"
        data-testid="check-layers"
        onClick={() => setCorrections(true)}
      >
        Check the layers
      </button>
    </section>
  );
}
