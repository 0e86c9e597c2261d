import { useEffect } from "react";
import { openSession, refuseFiles } from "../state/actions.ts";
import { fragmentOf, sessionOfFragment } from "../state/address.ts";
import { pageStore } from "../state/pageStore.ts";
import { sessionOfPage } from "../state/session.ts";

/** Time between two changes of the address, ms: browsers refuse more than some 100 in 30 s. */
const WRITE_INTERVAL_MS = 400;

// Strict mode runs effects twice in development; the page's address is to be followed once.
let followedAtStart = false;

/** The address that was written last: a change to it is no wish of the person's. */
let written: string | null = null;

function followAddress(): void {
  if (location.hash === written) return;
  try {
    const session = sessionOfFragment(location.hash);
    if (session !== null) openSession(session);
  } catch (error) {
    refuseFiles(error, "this link");
  }
}

/** True if the address was another one before. */
function writeAddress(): boolean {
  const state = pageStore.getState();
  const session = sessionOfPage();
  // While the first model comes in, the address still says which one.
  if (session === null && state.pending !== null) return false;
  const fragment = session === null ? "" : fragmentOf(session);
  if (fragment === location.hash || state.waiting !== null) return false;
  written = fragment;
  history.replaceState(null, "", `${location.pathname}${location.search}${fragment}`);
  return true;
}

/** Keeps the address at what is on screen, and shows what an address asks for. */
export function useAddress(): void {
  useEffect(() => {
    if (!followedAtStart) {
      followedAtStart = true;
      followAddress();
    }
    let timer: ReturnType<typeof setTimeout> | undefined;
    let writtenAt = Number.NEGATIVE_INFINITY;
    const write = () => {
      if (writeAddress()) writtenAt = performance.now();
    };
    const stop = pageStore.subscribe(() => {
      clearTimeout(timer);
      // At once where it can be: a reload may follow.
      const wait = writtenAt + WRITE_INTERVAL_MS - performance.now();
      timer = setTimeout(write, Math.max(0, wait));
    });
    window.addEventListener("hashchange", followAddress);
    return () => {
      clearTimeout(timer);
      stop();
      window.removeEventListener("hashchange", followAddress);
    };
  }, []);
}
