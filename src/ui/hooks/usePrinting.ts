import { useEffect, useRef, useSyncExternalStore } from "react";
import { flushSync } from "react-dom";

const PRINT_QUERY = "print";

/** Set by the events, which come before the page is laid out for paper. */
let isBetweenEvents = false;

/** One for all, kept: a forgotten one may go without a word, and its listener with it. */
let paper: MediaQueryList | null = null;

const listeners = new Set<() => void>();
const drawings = new Set<() => void>();

function paperQuery(): MediaQueryList {
  paper ??= matchMedia(PRINT_QUERY);
  return paper;
}

/**
 * As the last event said. The query itself may be true and false again between two frames, without
 * an event: who saw it meanwhile would never hear of its end.
 */
let isPaper: boolean | null = null;

function isPrinting(): boolean {
  isPaper ??= paperQuery().matches;
  return isBetweenEvents || isPaper;
}

function run(all: ReadonlySet<() => void>): void {
  flushSync(() => {
    for (const one of all) one();
  });
}

/** The browser lays out paper as soon as this returns: nothing may be left for later. */
function announce(): void {
  isPaper = paperQuery().matches;
  run(listeners);
  if (isPrinting()) run(drawings);
}

function onBeforePrint(): void {
  isBetweenEvents = true;
  announce();
}

function onAfterPrint(): void {
  isBetweenEvents = false;
  announce();
}

function subscribe(listener: () => void): () => void {
  if (listeners.size === 0) {
    window.addEventListener("beforeprint", onBeforePrint);
    window.addEventListener("afterprint", onAfterPrint);
    isPaper = paperQuery().matches;
    paperQuery().addEventListener("change", announce);
  }
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    window.removeEventListener("beforeprint", onBeforePrint);
    window.removeEventListener("afterprint", onAfterPrint);
    paperQuery().removeEventListener("change", announce);
  };
}

/** Whether the page is being printed: paper is white, and narrower than most screens. */
export function usePrinting(): boolean {
  return useSyncExternalStore(subscribe, isPrinting);
}

/**
 * For what is drawn in slices or turns: `draw` is called once theme and width are those of paper,
 * and must do at once what was left for later.
 */
export function useDrawnBeforePrint(draw: () => void): void {
  const latest = useRef(draw);
  useEffect(() => {
    latest.current = draw;
  });
  useEffect(() => {
    const drawLatest = () => latest.current();
    drawings.add(drawLatest);
    return () => {
      drawings.delete(drawLatest);
    };
  }, []);
}
