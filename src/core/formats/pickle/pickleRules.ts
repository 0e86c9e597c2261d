import type { PickledGlobal, PickledValue } from "./values.ts";

/**
 * What to make of a call that the pickle asks for; undefined leaves it a mere record. A
 * constructor that copies must `spend` a step for each entry.
 */
export type Constructor = (
  args: readonly PickledValue[],
  spend: (steps: number) => void,
) => PickledValue | undefined;

/** All that a pickle can have an effect through. */
export interface PickleRules {
  /** By the full name of what is called; a closed table. */
  readonly constructors: ReadonlyMap<string, Constructor>;
  /** What a persistent id stands for: objects that the pickle's writer kept elsewhere. */
  readonly persistent: (id: PickledValue) => PickledValue;
  /** Told of each call of something by name. */
  readonly onCall: (callee: PickledGlobal) => void;
  /** Told of each call of what calling `maker` gave: `getattr(os, "system")("...")`. */
  readonly onIndirectCall: (maker: PickledGlobal) => void;
}
