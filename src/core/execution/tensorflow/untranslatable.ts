import { ConvAtlasError } from "../../errors.ts";
import { shownName } from "../../formats/shownName.ts";

/** Why an operator cannot be written in ONNX; what applies it adds where it stands. */
export class Untranslatable extends Error {}

/** Where in a file something stands that cannot be run. */
export interface OperatorPlace {
  readonly file: string;
  readonly operator: string;
  /** Name of the node, or of the tensor that it makes. */
  readonly node: string;
  /** The program that makes an ONNX file of such a network, with its arguments. */
  readonly converter: string;
}

/**
 * The error a person sees; anything but an `Untranslatable` is handed on as it is.
 * @returns a `cannot-run` that names operator and node, and what to try.
 */
export function withPlace(thrown: unknown, place: OperatorPlace): unknown {
  if (!(thrown instanceof Untranslatable)) return thrown;
  const { file, operator, node, converter } = place;
  return new ConvAtlasError(
    "cannot-run",
    `${file} cannot be run here: ${thrown.message} (operator ${shownName(operator)}, node ${shownName(node)}); try ${converter} and open the ONNX file.`,
  );
}

/** What `task` makes; what it cannot translate is told with its place. */
export function inPlace<Result>(place: OperatorPlace, task: () => Result): Result {
  try {
    return task();
  } catch (thrown) {
    throw withPlace(thrown, place);
  }
}
