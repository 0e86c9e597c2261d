import { ConvAtlasError } from "../../core/errors.ts";
import type { Network } from "../../core/network/network.ts";
import { inferSizes } from "../../core/network/sizes.ts";

/**
 * WebAssembly addresses 4 GiB, of which its allocator loses some to gaps between maps of
 * different sizes.
 */
const LARGEST_MEMORY_BYTES = 3.5 * 2 ** 30;

/**
 * Copies of the weights at the worst moment: in the worker as kernels, in the model as it is
 * handed over, and in ONNX Runtime's memory, where a network of 31 million parameters at 128 x 128
 * takes 170 MiB.
 */
const COPIES_OF_WEIGHTS = 3;

/** A map is held where it is made and, for a moment, where the next layer unfolds it. */
const COPIES_OF_MAPS = 1.5;

/** For networks that take any size; the size of an image is looked at when it is run. */
const USUAL_SIDE = 256;

const BYTES_OF_NUMBER = 4;

/** About the bytes that all maps of a network take together; more than are ever held at once. */
export function bytesOfMaps({ graph, layers }: Network, side = USUAL_SIDE): number {
  if (graph === null) return 0;
  const { outputs } = inferSizes(graph, side);
  let numbers = 0;
  for (const { graphNode, outChannels } of layers) {
    const size = graphNode === null ? null : outputs[graphNode];
    if (size !== null) numbers += outChannels * size[0] * size[1];
  }
  return numbers * BYTES_OF_NUMBER;
}

/**
 * Refuses what cannot fit before minutes are spent on it.
 *
 * @param modelBytes of the model and of the weights outside it.
 * @param side of the input where the network takes any size.
 * @throws ConvAtlasError `too-large`
 */
export function requireMemory(network: Network, modelBytes: number, side = USUAL_SIDE): void {
  const bytes = modelBytes * COPIES_OF_WEIGHTS + bytesOfMaps(network, side) * COPIES_OF_MAPS;
  if (bytes <= LARGEST_MEMORY_BYTES) return;
  const inGiB = (count: number) => (count / 2 ** 30).toFixed(1);
  throw new ConvAtlasError(
    "too-large",
    `Running this network on this size of image would take about ${inGiB(bytes)} GiB, more than the ${inGiB(LARGEST_MEMORY_BYTES)} GiB that WebAssembly can use; choose a smaller input size or a smaller network.`,
  );
}
