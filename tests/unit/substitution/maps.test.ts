import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { LEFT_OUT } from "../../../src/core/images/preparedMask.ts";
import { PooledDice, thresholded } from "../../../src/core/maps/diceCoefficient.ts";
import { filteredMap, type KernelMovement } from "../../../src/core/maps/filteredMap.ts";
import { kernelMovement } from "../../../src/core/maps/kernelMovement.ts";
import { mapCorrelation, PooledCorrelation } from "../../../src/core/maps/mapCorrelation.ts";
import type { GraphNode, Padding } from "../../../src/core/network/graph.ts";

const entry = fc.double({ min: -3, max: 3, noNaN: true });

describe("Dice's coefficient", () => {
  test("is the shared share of both masks", () => {
    const dice = new PooledDice();
    dice.add(Uint8Array.of(1, 1, 0, 0), Uint8Array.of(1, 0, 1, 0));
    expect(dice.value()).toBe(0.5);
  });

  test("does not look at what the right answer leaves out, marked or not", () => {
    const dice = new PooledDice();
    const right = Uint8Array.of(1, 0, 1, LEFT_OUT, LEFT_OUT);
    dice.add(Uint8Array.of(1, 1, 0, 1, 0), right);
    expect(dice.value()).toBe(0.5);
  });

  test("pools pixels, not slices", () => {
    const masks = fc.array(fc.tuple(fc.boolean(), fc.boolean()), { maxLength: 60 });
    fc.assert(
      fc.property(masks, fc.nat(60), (pixels, cut) => {
        const a = Uint8Array.from(pixels, ([own]) => (own ? 1 : 0));
        const b = Uint8Array.from(pixels, ([, own]) => (own ? 1 : 0));
        const dice = new PooledDice();
        dice.add(a.subarray(0, cut), b.subarray(0, cut));
        dice.add(a.subarray(cut), b.subarray(cut));
        const both = pixels.filter(([first, second]) => first && second).length;
        const either = pixels.flat().filter((own) => own).length;
        expect(dice.value()).toBe(either === 0 ? 1 : (2 * both) / either);
      }),
    );
  });

  test("refuses masks of other sizes; of no pixel at all masks agree", () => {
    expect(() => new PooledDice().add(new Uint8Array(2), new Uint8Array(3))).toThrow(RangeError);
    expect(new PooledDice().value()).toBe(1);
  });

  test("a pixel belongs to the mask from the threshold on; what is no number never does", () => {
    expect([...thresholded([0.49, 0.5, 0.51, Number.NaN], 0.5)]).toEqual([0, 1, 1, 0]);
  });
});

describe("correlation of maps", () => {
  function slowCorrelation(a: readonly number[], b: readonly number[]): number {
    const mean = (values: readonly number[]) =>
      values.reduce((sum, value) => sum + value, 0) / values.length;
    const [meanA, meanB] = [mean(a), mean(b)];
    const product = a.reduce((sum, value, at) => sum + (value - meanA) * (b[at] - meanB), 0);
    const square = (values: readonly number[], by: number) =>
      values.reduce((sum, value) => sum + (value - by) ** 2, 0);
    return product / Math.sqrt(square(a, meanA) * square(b, meanB));
  }

  test("is the same in one piece or slice by slice", () => {
    const pairs = fc.array(fc.tuple(fc.integer({ min: -9, max: 9 }), entry), { minLength: 3 });
    fc.assert(
      fc.property(pairs, fc.nat(20), (both, cut) => {
        const a = both.map(([own]) => own);
        const b = both.map(([own, other]) => own + other);
        fc.pre(new Set(a).size > 1 && Math.max(...b) - Math.min(...b) > 1e-3);
        const pooled = new PooledCorrelation();
        pooled.add(a.slice(0, cut), b.slice(0, cut));
        pooled.add(a.slice(cut), b.slice(cut));
        expect(pooled.value()).toBeCloseTo(slowCorrelation(a, b), 9);
        expect(mapCorrelation(a, b)).toBeCloseTo(slowCorrelation(a, b), 9);
      }),
    );
  });

  test("survives a large offset", () => {
    const a = [1e6, 1e6 + 1, 1e6 + 2, 1e6 + 5];
    expect(mapCorrelation(a, [0, 1, 2, 5])).toBeCloseTo(1, 9);
    expect(mapCorrelation(a, [0, -1, -2, -5])).toBeCloseTo(-1, 9);
  });

  test("does not exist where a map is constant, empty or not finite", () => {
    const constant = new Float32Array(1000).fill(0.1);
    const other = constant.map((_, at) => at);
    const pooled = new PooledCorrelation();
    pooled.add(constant, other);
    pooled.add(constant.subarray(0, 7), other.subarray(0, 7));
    expect(pooled.value()).toBeNull();
    expect(mapCorrelation([], [])).toBeNull();
    expect(mapCorrelation([1, Number.NaN, 2], [1, 2, 3])).toBeNull();
  });
});

/** Dimensions, steps and padding of one axis. */
const axes = fc.record({
  length: fc.integer({ min: 1, max: 9 }),
  kernel: fc.integer({ min: 1, max: 4 }),
  stride: fc.integer({ min: 1, max: 3 }),
  dilation: fc.integer({ min: 1, max: 3 }),
  before: fc.integer({ min: 0, max: 3 }),
  output: fc.integer({ min: 1, max: 14 }),
});

function drawn(count: number): Float32Array {
  return Float32Array.from({ length: count }, (_, at) => ((at * 37) % 19) - 9);
}

describe("one kernel on one map", () => {
  const cases = fc.tuple(axes, axes);

  function movementOf(
    [rows, columns]: readonly [
      Record<"kernel" | "stride" | "dilation" | "before" | "output", number>,
      Record<"kernel" | "stride" | "dilation" | "before" | "output", number>,
    ],
    operator: KernelMovement["operator"],
  ): KernelMovement {
    return {
      operator,
      kernelSize: [rows.kernel, columns.kernel],
      stride: [rows.stride, columns.stride],
      dilation: [rows.dilation, columns.dilation],
      padding: [rows.before, columns.before],
      outputSize: [rows.output, columns.output],
    };
  }

  /** Every product that the definition names, one by one; out[target] += K in[source]. */
  function slowMap(
    size: readonly [number, number],
    values: ArrayLike<number>,
    kernel: ArrayLike<number>,
    movement: KernelMovement,
  ): number[] {
    const { kernelSize, stride, dilation, padding, outputSize } = movement;
    const isTransposed = movement.operator === "ConvTranspose2d";
    // The side that is stepped over in strides, and the other.
    const [strided, plain] = isTransposed ? [size, outputSize] : [outputSize, size];
    const out = new Array<number>(outputSize[0] * outputSize[1]).fill(0);
    for (let y = 0; y < strided[0]; y++) {
      for (let x = 0; x < strided[1]; x++) {
        for (let r = 0; r < kernelSize[0]; r++) {
          for (let c = 0; c < kernelSize[1]; c++) {
            const otherY = y * stride[0] - padding[0] + r * dilation[0];
            const otherX = x * stride[1] - padding[1] + c * dilation[1];
            if (otherY < 0 || otherY >= plain[0] || otherX < 0 || otherX >= plain[1]) continue;
            const onStrided = y * strided[1] + x;
            const onPlain = otherY * plain[1] + otherX;
            const weight = kernel[r * kernelSize[1] + c];
            if (isTransposed) out[onPlain] += weight * values[onStrided];
            else out[onStrided] += weight * values[onPlain];
          }
        }
      }
    }
    return out;
  }

  test.each(["Conv2d", "ConvTranspose2d"] as const)("%s is its definition", (operator) => {
    fc.assert(
      fc.property(cases, (sides) => {
        const movement = movementOf(sides, operator);
        const [height, width] = [sides[0].length, sides[1].length];
        const values = drawn(height * width);
        const kernel = drawn(movement.kernelSize[0] * movement.kernelSize[1]);
        const made = filteredMap({ height, width, values }, kernel, movement);
        expect([made.height, made.width]).toEqual(movement.outputSize);
        expect([...made.values]).toEqual(slowMap([height, width], values, kernel, movement));
      }),
    );
  });

  test("a transposed convolution is the transpose of the convolution", () => {
    fc.assert(
      fc.property(cases, (sides) => {
        const forward = movementOf(sides, "Conv2d");
        const inputSize = [sides[0].length, sides[1].length] as const;
        const back = { ...forward, operator: "ConvTranspose2d", outputSize: inputSize } as const;
        const kernel = drawn(forward.kernelSize[0] * forward.kernelSize[1]);
        const map = (size: readonly [number, number]) => {
          return { height: size[0], width: size[1], values: drawn(size[0] * size[1]) };
        };
        const [input, output] = [map(inputSize), map(forward.outputSize)];
        const dot = (a: Float32Array, b: Float32Array) =>
          a.reduce((sum, value, at) => sum + value * b[at], 0);
        const there = filteredMap(input, kernel, forward).values;
        const andBack = filteredMap(output, kernel, back).values;
        expect(dot(there, output.values)).toBe(dot(andBack, input.values));
      }),
    );
  });

  test("refuses kernels and maps of other sizes", () => {
    const movement = movementOf([SIDE, SIDE], "Conv2d");
    const input = { height: 4, width: 4, values: drawn(16) };
    expect(() => filteredMap(input, drawn(8), movement)).toThrow(RangeError);
    expect(() => filteredMap({ ...input, height: 5 }, drawn(9), movement)).toThrow(RangeError);
  });
});

const SIDE = { kernel: 3, stride: 1, dilation: 1, before: 1, output: 4 };

describe("how a layer moves its kernels", () => {
  const layer = {
    operator: "Conv2d",
    kernelSize: [3, 3],
    stride: [2, 2],
    dilation: [1, 1],
  } as const;
  const same: Padding = { kind: "same" };

  function node(padding: Padding): GraphNode {
    const operation = { ...layer, kind: "convolution", padding, outChannels: 1 } as const;
    return { name: "layer", operation, inputs: [0] };
  }

  function transposedNode(
    padding: Padding,
    outputSize: readonly [number, number] | null,
  ): GraphNode {
    return {
      name: "layer",
      operation: {
        ...layer,
        kind: "transposedConvolution",
        padding,
        outputPadding: [0, 0],
        outputSize,
        outChannels: 1,
      },
      inputs: [0],
    };
  }

  test("takes explicit padding as it is", () => {
    const padding: Padding = { kind: "explicit", before: [2, 0], after: [1, 1] };
    expect(kernelMovement(layer, node(padding), [8, 8], [5, 4])?.padding).toEqual([2, 0]);
  });

  test("puts the smaller half of 'same' padding before", () => {
    // TensorFlow: 8 pixels, 3 wide, 2 steps apart: one pixel is missing, and it is added behind.
    expect(kernelMovement(layer, node(same), [8, 7], [4, 4])?.padding).toEqual([0, 1]);
    const transposed = { ...layer, operator: "ConvTranspose2d" } as const;
    const movement = kernelMovement(transposed, transposedNode(same, null), [4, 4], [8, 7]);
    expect(movement?.padding).toEqual([0, 1]);
  });

  test("is not known of what is no convolution", () => {
    const other: GraphNode = { name: "x", operation: { kind: "elementwise" }, inputs: [0] };
    expect(kernelMovement(layer, other, [8, 8], [4, 4])).toBeNull();
  });
});
