import type { ReadContext } from "../formats/format.ts";
import type { Network } from "../network/network.ts";
import type { ExecutableNetwork } from "./executable.ts";

/**
 * How networks of one file format are made to run. Each lives in one file of the
 * folder `formats` that exports one constant of this type; `registry.ts` lists them.
 */
export interface ExecutableFormat {
  /**
   * @param network what the reader made of the same file: its layers' names are used.
   * @throws ConvAtlasError `cannot-run`, with what stands in the way and what to try;
   * or what the reader of the format throws.
   */
  build(context: ReadContext, network: Network): Promise<ExecutableNetwork>;
}
