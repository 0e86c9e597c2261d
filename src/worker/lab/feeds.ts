import type { InputArray } from "../../core/images/preparedInput.ts";

/** Numbers that go into a network. */
export interface FedNumbers {
  /** Of the type that the input takes; float16 as bits. They are not copied. */
  values(): InputArray | Float32Array;
  readonly dimensions: readonly number[];
  /**
   * What the numbers are made of, where they are fed again and again: as long as this is the same
   * object they are the same, and a graphics processor keeps them. Null for images.
   */
  readonly madeOf: object | null;
}

/** By the names of the inputs. They can be fed to any runtime. */
export type Feeds = Readonly<Record<string, FedNumbers>>;
