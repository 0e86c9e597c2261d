import { type JSX, useEffect, useState } from "react";
import { fragmentOf } from "../state/address.ts";
import { sessionOfPage } from "../state/session.ts";

/** The address of what is on screen at this moment; the one in the address bar may be a blink older. */
function currentLink(): string {
  const session = sessionOfPage();
  const fragment = session === null ? "" : fragmentOf(session);
  return `${location.origin}${location.pathname}${location.search}${fragment}`;
}

const OUTCOMES = {
  copied: "Link copied",
  refused: "Copy the address bar",
} as const;

/** How long the button says what came of it, ms. */
const SAID_MS = 3000;

/** Copies a link to this view. The link names the model by its hash and never contains it. */
export function ShareButton(): JSX.Element {
  const [outcome, setOutcome] = useState<keyof typeof OUTCOMES | null>(null);
  useEffect(() => {
    if (outcome === null) return;
    const timer = setTimeout(() => setOutcome(null), SAID_MS);
    return () => clearTimeout(timer);
  }, [outcome]);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(currentLink());
      setOutcome("copied");
    } catch {
      setOutcome("refused");
    }
  };
  return (
    <button
      type="button"
      className="button"
      data-testid="share"
      title="Copy a link to this view. It names the model by its fingerprint; the file itself is not in it: whoever opens the link needs the file."
      onClick={() => void copy()}
    >
      <span aria-live="polite">{outcome === null ? "Copy link" : OUTCOMES[outcome]}</span>
    </button>
  );
}
