import type { NamedTensor } from "./namedTensor.ts";
import { segmentsOf } from "./tensorNames.ts";

/** Statistics and masks that travel with the weights but are not trained. */
const BUFFER =
  /^(running_(mean|var)|moving_(mean|var|variance)(:\d+)?|num_batches_tracked|num_updates|weight_(u|mask)|avg_(mean|var)|batch_stats)$/;

/** Number of trained weights among the tensors of a network. */
export function countParameters(tensors: readonly NamedTensor[]): number {
  return tensors
    .filter(({ name, isFloat }) => isFloat && !segmentsOf(name).some((part) => BUFFER.test(part)))
    .reduce((sum, { shape }) => sum + shape.reduce((product, length) => product * length, 1), 0);
}
