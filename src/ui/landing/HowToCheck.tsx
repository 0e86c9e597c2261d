import type { JSX } from "react";

/** The privacy promise, and how a person can see for themselves that it is kept. */
export function HowToCheck(): JSX.Element {
  return (
    <details className="how-to-check">
      <summary>Your file stays in this browser. How to check</summary>
      <ul>
        <li>
          Open the browser's developer tools (F12), tab "Network", then open your model: no request
          carries it anywhere.
        </li>
        <li>
          The page's content security policy (the line "Content-Security-Policy" in the source of
          this page) allows connections to this site alone, so the browser itself would stop an
          upload elsewhere.
        </li>
      </ul>
    </details>
  );
}
