import type { NamedTensor } from "./namedTensor.ts";
import { segmentsOf } from "./tensorNames.ts";

/** The tensors of the network itself. */
export interface NetworkTensors {
  readonly tensors: readonly NamedTensor[];
  /** Plain sentences about what was set aside. */
  readonly warnings: readonly string[];
}

/** Segments that only the state of an optimizer has (PyTorch, Keras, TensorFlow, Optax). */
const OPTIMIZER =
  /^(optimizers?|optimizer_state(_dict)?|opt_state|exp_avg(_sq)?|max_exp_avg_sq|momentum_buffer|square_avg|grad_avg|acc_delta|(Adam|AdamW|Nadam|Adamax|RMSProp|RMSprop|Momentum|Adagrad|Ftrl|SGD)(_\d+)?)$/;

/** Segments of first and second moments, too short to mean that without a twin. */
const MOMENT = /^(m|v|mu|nu|momentum|velocity|accumulator)(:\d+)?$/;

/** Segments of copies averaged over the training. */
const AVERAGE =
  /^(ema|ema_model|model_ema|ema_state_dict|averaged_model|swa_model|shadow|ExponentialMovingAverage)$/;

/**
 * The tensors without optimizer state, and without the copy averaged over the training (EMA)
 * where the file holds the trained weights as well.
 */
export function withoutTrainingState(all: readonly NamedTensor[]): NetworkTensors {
  const named = all
    .filter(({ name }) => !segmentsOf(name).some((part) => OPTIMIZER.test(part)))
    .map((tensor) => ({ tensor, segments: segmentsOf(tensor.name) }));
  const hasCopies = named.some(({ segments }) => segments.some(mayBeOfCopy));
  const twins = new Set(hasCopies ? named.flatMap(twinKeys) : []);
  const network = named.filter(({ tensor, segments }) => {
    const inside = segments.filter((part, at) => !isAtAnEnd(segments, at) || !MOMENT.test(part));
    return inside.length === segments.length || !twins.has(keyOf(inside, tensor));
  });
  const trained = network.filter(({ tensor, segments }) => {
    const rest = segments.filter((part) => !AVERAGE.test(part));
    return rest.length === segments.length || !twins.has(keyOf(rest, tensor));
  });
  const averaged = network.length - trained.length;
  if (averaged === 0) return { tensors: network.map(({ tensor }) => tensor), warnings: [] };
  return {
    tensors: trained.map(({ tensor }) => tensor),
    warnings: [
      `The file holds ${averaged} weights twice, as trained and averaged over the training (EMA); the trained ones are shown.`,
    ],
  };
}

interface SegmentedTensor {
  readonly tensor: NamedTensor;
  readonly segments: readonly string[];
}

function mayBeOfCopy(segment: string): boolean {
  return AVERAGE.test(segment) || MOMENT.test(segment);
}

function isAtAnEnd(segments: readonly string[], at: number): boolean {
  return at === 0 || at === segments.length - 1;
}

/**
 * Under which names a copy of the tensor may stand: its own, without outer modules, and, since
 * LitEma of latent diffusion writes so, without the dots (`model_ema.diffusion_modelout2weight`).
 */
function twinKeys({ tensor, segments }: SegmentedTensor): string[] {
  const isCopy = (part: string, at: number) =>
    AVERAGE.test(part) || (MOMENT.test(part) && isAtAnEnd(segments, at));
  // A layer may be called `m`: only another tensor makes it a moment.
  if (segments.some(isCopy)) return [];
  const endings = [segments, segments.slice(1), segments.slice(2)].filter(({ length }) => length);
  return endings.flatMap((ending) => [keyOf(ending, tensor), keyOf([ending.join("")], tensor)]);
}

function keyOf(segments: readonly string[], { shape }: NamedTensor): string {
  return `${segments.join("/")} ${shape.join("x")}`;
}
