import { type JSX, useState } from "react";

interface Props {
  readonly text: string;
  readonly label: string;
  /** What to do where the browser forbids it. */
  readonly ifRefused: string;
  readonly className?: string;
}

/** Copies a text; the button itself says whether that worked. */
export function CopyButton({ text, label, ifRefused, className = "button" }: Props): JSX.Element {
  const [outcome, setOutcome] = useState<"copied" | "refused" | null>(null);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setOutcome("copied");
    } catch {
      setOutcome("refused");
    }
  };
  const words = { copied: "Copied", refused: ifRefused };
  return (
    <button type="button" className={className} onClick={() => void copy()}>
      {outcome === null ? label : words[outcome]}
    </button>
  );
}
