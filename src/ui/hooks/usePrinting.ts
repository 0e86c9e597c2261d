import { useSyncExternalStore } from "react";

const PRINT_QUERY = "print";

/** Set by the events, which come before the page is laid out for paper. */
let isBetweenEvents = false;

function subscribe(listener: () => void): () => void {
  const before = () => {
    isBetweenEvents = true;
    listener();
  };
  const after = () => {
    isBetweenEvents = false;
    listener();
  };
  const query = matchMedia(PRINT_QUERY);
  window.addEventListener("beforeprint", before);
  window.addEventListener("afterprint", after);
  query.addEventListener("change", listener);
  return () => {
    window.removeEventListener("beforeprint", before);
    window.removeEventListener("afterprint", after);
    query.removeEventListener("change", listener);
  };
}

/** Whether the page is being printed: paper is white, and narrower than most screens. */
export function usePrinting(): boolean {
  return useSyncExternalStore(subscribe, () => isBetweenEvents || matchMedia(PRINT_QUERY).matches);
}
