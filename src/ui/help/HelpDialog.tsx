import type { JSX } from "react";
import "./help.css";
import { useModalDialog } from "../hooks/useModalDialog.ts";
import { usePage } from "../hooks/usePage.ts";
import { setHelp } from "../state/actions.ts";

const KEYS: readonly (readonly [keys: string, meaning: string])[] = [
  ["?", "this help"],
  ["/", "search layers"],
  ["j and k", "next and previous layer"],
  ["g then a", "atlas of all layers"],
  ["g then l", "one layer"],
  ["g then s", "filters per layer"],
  ["arrows", "in the layer plot: from kernel to kernel"],
  ["Enter", "in the layer plot: select the kernel; in the atlas: open the layer"],
  ["e", "export the results as JSON"],
  ["Esc", "let go of the kernel, then of the layer; close this help or an error"],
];

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
  ["Tie", "two filters are equally near (distances within 1 %); the label could be either"],
];

function Terms({ rows }: { readonly rows: typeof KEYS }): JSX.Element {
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
      <Terms rows={KEYS} />
      <h3>Words</h3>
      <Terms rows={WORDS} />
      <p className="small muted">Research tool, not for clinical use.</p>
    </dialog>
  );
}
