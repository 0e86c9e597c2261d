import { closeSync, openSync, writeSync } from "node:fs";
import { SeededRandom } from "../../src/core/random/seededRandom.ts";
import {
  type Bytes,
  bytesField,
  graph,
  intField,
  join,
  type NodeOptions,
  node,
  tensor,
  value,
  varint,
} from "./onnxWriter.ts";

export interface LargeUnetOptions {
  /** Channels of the first level; each further level has twice as many. */
  readonly width: number;
  /** Side of the image, a multiple of 16. */
  readonly side: number;
  readonly seed: number;
}

/** Width 64: the U-Net of Ronneberger et al. (2015, Figure 1), padded, 31 million parameters. */
export const LARGE_UNET: LargeUnetOptions = { width: 64, side: 512, seed: 1 };

/** Levels of resolution; four poolings lie between them. */
const LEVELS = 5;

/** Numbers made and written at a time, so that no second copy of the weights is held. */
const CHUNK_NUMBERS = 2 ** 18;

interface Weights {
  readonly name: string;
  readonly dimensions: readonly number[];
  /** Standard deviation of the numbers, 0 for a bias. */
  readonly deviation: number;
}

/** Nodes and weights in the order of execution. */
class UnetPlan {
  readonly nodes: Bytes[] = [];
  readonly weights: Weights[] = [];

  /** He et al. (2015), section 2.2: variance 2 / fan-in keeps the size of signals behind ReLU. */
  convolution(name: string, from: string, inputs: number, outputs: number, side: number): string {
    const pads = side === 3 ? [1, 1, 1, 1] : [0, 0, 0, 0];
    const deviation = Math.sqrt(2 / (inputs * side * side));
    this.weighted(name, "Conv", from, [outputs, inputs, side, side], outputs, deviation, {
      attributes: { kernel_shape: [side, side], pads },
    });
    return name;
  }

  upsampling(name: string, from: string, inputs: number, outputs: number): string {
    const deviation = Math.sqrt(2 / inputs);
    this.weighted(name, "ConvTranspose", from, [inputs, outputs, 2, 2], outputs, deviation, {
      attributes: { kernel_shape: [2, 2], strides: [2, 2] },
    });
    return name;
  }

  plain(operator: string, name: string, from: readonly string[], options: NodeOptions = {}) {
    this.nodes.push(node(operator, from, name, { name, ...options }));
    return name;
  }

  /** Two 3x3 convolutions, a ReLU behind each. */
  block(name: string, from: string, inputs: number, outputs: number): string {
    const first = this.convolution(`${name}.conv1`, from, inputs, outputs, 3);
    const between = this.plain("Relu", `${name}.relu1`, [first]);
    const second = this.convolution(`${name}.conv2`, between, outputs, outputs, 3);
    return this.plain("Relu", `${name}.relu2`, [second]);
  }

  private weighted(
    name: string,
    operator: string,
    from: string,
    dimensions: readonly number[],
    outputs: number,
    deviation: number,
    options: NodeOptions,
  ): void {
    const weight = { name: `${name}.weight`, dimensions, deviation };
    const bias = { name: `${name}.bias`, dimensions: [outputs], deviation: 0 };
    this.weights.push(weight, bias);
    this.plain(operator, name, [from, weight.name, bias.name], options);
  }
}

function planUnet(width: number): UnetPlan {
  const plan = new UnetPlan();
  const widthOf = (level: number) => width * 2 ** level;
  const skips: string[] = [];
  let last = "image";
  for (let level = 0; level < LEVELS - 1; level++) {
    const inputs = level === 0 ? 1 : widthOf(level - 1);
    last = plan.block(`encoder.${level}`, last, inputs, widthOf(level));
    skips.push(last);
    last = plan.plain("MaxPool", `pool.${level}`, [last], {
      attributes: { kernel_shape: [2, 2], strides: [2, 2] },
    });
  }
  last = plan.block("bottleneck", last, widthOf(LEVELS - 2), widthOf(LEVELS - 1));
  for (let level = LEVELS - 2; level >= 0; level--) {
    const [wide, narrow] = [widthOf(level + 1), widthOf(level)];
    const up = plan.upsampling(`up.${level}`, last, wide, narrow);
    const both = plan.plain("Concat", `concat.${level}`, [skips[level], up], {
      attributes: { axis: 1 },
    });
    last = plan.block(`decoder.${level}`, both, wide, narrow);
  }
  plan.convolution("head", last, width, 1, 1);
  return plan;
}

/**
 * The bytes of an ONNX file, piece by piece: a U-Net with its graph, for one grey image,
 * whose float32 weights are N(0, 2 / fan-in), seeded, and whose biases are 0.
 */
export function* largeUnetBytes({ width, side, seed }: LargeUnetOptions): Generator<Uint8Array> {
  const { nodes, weights } = planUnet(width);
  const fields = weights.map(weightField);
  const rest = graph({
    nodes,
    inputs: [value("image", [1, 1, side, side])],
    outputs: [value("head", [1, 1, side, side])],
  });
  // A message begins with its length: that of the weights is known before they are made.
  const graphLength = fields.reduce((sum, { head, count }) => sum + head.length + 4 * count, 0);
  yield join(intField(1, 7), bytesField(2, "writer"), bytesField(8, intField(2, 13)));
  yield join(varint(7 * 8 + 2), varint(graphLength + rest.length), rest);
  const random = new SeededRandom(seed);
  for (const { head, count, deviation } of fields) {
    yield head;
    yield* numberChunks(count, deviation, random);
  }
}

/** GraphProto.initializer up to where the numbers begin; they are the last of its fields. */
function weightField({ name, dimensions, deviation }: Weights) {
  const count = dimensions.reduce((product, length) => product * length, 1);
  const inner = tensor(name, dimensions, 1, join(varint(9 * 8 + 2), varint(4 * count)));
  const head = join(varint(5 * 8 + 2), varint(inner.length + 4 * count), inner);
  return { head, count, deviation };
}

function* numberChunks(
  count: number,
  deviation: number,
  random: SeededRandom,
): Generator<Uint8Array> {
  for (let start = 0; start < count; start += CHUNK_NUMBERS) {
    const numbers = new Float32Array(Math.min(CHUNK_NUMBERS, count - start));
    if (deviation > 0) {
      for (let i = 0; i < numbers.length; i++) numbers[i] = deviation * random.normal();
    }
    yield new Uint8Array(numbers.buffer);
  }
}

/** Writes the file in pieces of at most a megabyte. Returns its size in bytes. */
export function writeLargeUnet(path: string, options: LargeUnetOptions): number {
  const descriptor = openSync(path, "w");
  let written = 0;
  try {
    for (const bytes of largeUnetBytes(options)) {
      for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at);
      written += bytes.length;
    }
  } finally {
    closeSync(descriptor);
  }
  return written;
}
