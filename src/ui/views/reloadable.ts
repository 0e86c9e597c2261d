import { type ComponentType, type LazyExoticComponent, lazy } from "react";

export interface Reloadable<P> {
  /** The same component until `forget`. */
  current(): LazyExoticComponent<ComponentType<P>>;
  /** The next `current` fetches anew. */
  forget(): void;
}

/** A view whose code comes when it is asked for. React alone would remember a failed fetch for ever. */
export function reloadable<P>(fetchView: () => Promise<ComponentType<P>>): Reloadable<P> {
  const make = () => lazy(async () => ({ default: await fetchView() }));
  let kept = make();
  return {
    current: () => kept,
    forget: () => {
      kept = make();
    },
  };
}
