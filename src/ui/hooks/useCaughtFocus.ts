import { type RefObject, useEffect, useRef } from "react";

/**
 * Takes the focus when `occasion` is new and what held it has left the page; else a person
 * at the keyboard would start again at the top.
 */
export function useCaughtFocus<T extends HTMLElement>(occasion: string): RefObject<T | null> {
  const ref = useRef<T>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new occasion is the reason to run
  useEffect(() => {
    if (document.activeElement === document.body) ref.current?.focus({ preventScroll: true });
  }, [occasion]);
  return ref;
}
