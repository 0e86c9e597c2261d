import { useEffect } from "react";
import { openSample, SAMPLE_FRAGMENT } from "../state/actions.ts";

// Strict mode runs effects twice in development; the sample is to be opened once.
let openedAtStart = false;

/** Opens the sample when the page's address asks for it. */
export function useSampleFragment(): void {
  useEffect(() => {
    const openIfAsked = () => {
      if (location.hash === SAMPLE_FRAGMENT) openSample();
    };
    if (!openedAtStart) {
      openedAtStart = true;
      openIfAsked();
    }
    window.addEventListener("hashchange", openIfAsked);
    return () => window.removeEventListener("hashchange", openIfAsked);
  }, []);
}
