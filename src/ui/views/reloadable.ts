import { type ComponentType, type LazyExoticComponent, lazy } from "react";
import { ConvAtlasError } from "../../core/errors.ts";

export interface Reloadable<P> {
  /** The same component until `forget`. */
  current(): LazyExoticComponent<ComponentType<P>>;
  /** The next `current` fetches anew. */
  forget(): void;
}

/** A view whose code comes when it is asked for. React alone would remember a failed fetch for ever. */
export function reloadable<P>(fetchView: () => Promise<ComponentType<P>>): Reloadable<P> {
  async function fetched(): Promise<{ default: ComponentType<P> }> {
    try {
      return { default: await fetchView() };
    } catch (error) {
      throw new ConvAtlasError(
        "unreadable",
        "This view could not be loaded from this site; check the connection.",
        String(error),
      );
    }
  }
  const make = () => lazy(fetched);
  let kept = make();
  return {
    current: () => kept,
    forget: () => {
      kept = make();
    },
  };
}
