import type { JSX } from "react";
import "./help.css";
import { useModalDialog } from "../hooks/useModalDialog.ts";
import { usePage } from "../hooks/usePage.ts";
import { setHelp } from "../state/actions.ts";
import { KEYS } from "./keys.ts";

const WORDS: readonly (readonly [word: string, meaning: string])[] = [
  ["Kernel", "a small square of numbers that slides over the image"],
  ["Spectrum", "how strongly a kernel passes each pattern of stripes"],
  ["Singular value", "amplification: one number of the spectrum"],
  ["Indeterminate", "like none of the known filters"],
  [
    "Chance",
    "what random kernels get under the same rule; only a difference from it says something",
  ],
  ["PC1, PC2", "the two directions in which the kernels' numbers differ most"],
  ["Encoder", "the half of the network that shrinks the image; the decoder grows it back"],
  ["Lift", "how many times as often as by chance: a share divided by the share of noise"],
  ["Cluster", "a group of kernels whose numbers are alike"],
  ["Mask", "the area that a network marks on an image; or the right one, drawn by a person"],
  ["Dice", "how well two masks agree: 1 is the same area, 0 none in common"],
  ["Tie", "two filters are equally near (distances within 1 %); the label could be either"],
];

function Terms({ rows }: { readonly rows: typeof WORDS }): JSX.Element {
  return (
    <dl className="help-terms">
      {rows.map(([term, meaning]) => (
        <div key={term}>
          <dt>{term}</dt>
          <dd>{meaning}</dd>
        </div>
      ))}
    </dl>
  );
}

export function HelpDialog(): JSX.Element {
  const isOpen = usePage((state) => state.helpIsOpen);
  const dialog = useModalDialog(isOpen);
  return (
    <dialog
      ref={dialog}
      className="help"
      aria-labelledby="help-title"
      onClose={() => setHelp(false)}
    >
      <div className="help-head">
        <h2 id="help-title">Help</h2>
        <button type="button" className="button" onClick={() => setHelp(false)}>
          Close
        </button>
      </div>
      <h3>Keys</h3>
      <Terms rows={KEYS.map(({ keys, meaning }) => [keys, meaning])} />
      <h3>Words</h3>
      <Terms rows={WORDS} />
      <p className="small muted">Research tool, not for clinical use.</p>
    </dialog>
  );
}
