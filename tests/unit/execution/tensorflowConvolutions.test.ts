import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type Numbers,
  noise,
  type Pair,
  type SlowPadding,
  slowConvolution,
  slowDepthwise,
  slowEntries,
  slowTransposed,
} from "../../support/slowMaps.ts";
import {
  attribute,
  expectClose,
  floats,
  node,
  realAttribute,
  runGraph,
  whole,
} from "../../support/tensorflowRuns.ts";

type Bytes = Uint8Array<ArrayBuffer>;

interface Moving {
  readonly stride?: Pair;
  readonly dilation?: Pair;
  readonly padding?: SlowPadding;
  readonly first?: boolean;
}

/** Attributes of a convolution. */
function moving({ stride = [1, 1], dilation = [1, 1], padding = "SAME", first }: Moving) {
  const four = (pair: Pair) => attribute.ints(first ? [1, 1, ...pair] : [1, ...pair, 1]);
  const isExplicit = typeof padding !== "string";
  const pads = isExplicit ? [...padding] : [];
  return {
    strides: four(stride),
    dilations: four(dilation),
    padding: attribute.text(isExplicit ? "EXPLICIT" : padding),
    data_format: attribute.text(first ? "NCHW" : "NHWC"),
    ...(isExplicit
      ? { explicit_paddings: attribute.ints(first ? [0, 0, 0, 0, ...pads] : [0, 0, ...pads, 0, 0]) }
      : {}),
  };
}

const side = fc.integer({ min: 1, max: 9 });
const step = fc.integer({ min: 1, max: 3 });

const settings = fc.record({
  size: fc.tuple(fc.integer({ min: 6, max: 11 }), fc.integer({ min: 6, max: 11 })),
  kernel: fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 })),
  stride: fc.tuple(step, step),
  padding: fc.constantFrom<SlowPadding>("SAME", "VALID", [2, 0, 1, 3]),
  isOpen: fc.boolean(),
});

async function convolved(
  op: string,
  image: Numbers,
  kernels: Numbers,
  how: Moving,
  isOpen = false,
) {
  const nodes = [floats("kernels", kernels), node("result", op, ["image", "kernels"], moving(how))];
  const open = [null, null, null, image.shape[3]];
  return runGraph(nodes, image, isOpen ? open : undefined);
}

describe("convolutions of TensorFlow", () => {
  it("agree for any size, step and padding, fixed or open", async () => {
    await fc.assert(
      fc.asyncProperty(settings, async ({ size, kernel, isOpen, ...how }) => {
        const image = noise([1, ...size, 2]);
        const kernels = noise([...kernel, 2, 3], 3);
        const { results } = await convolved("Conv2D", image, kernels, how, isOpen);
        expectClose(results.result, slowConvolution(image, kernels, how));
      }),
      { numRuns: 40 },
    );
  });

  it("agree dilated", async () => {
    const image = noise([1, 13, 11, 2]);
    const kernels = noise([3, 2, 2, 4], 3);
    for (const padding of ["SAME", "VALID"] as const) {
      for (const dilation of [
        [2, 2],
        [3, 1],
      ] as const) {
        const how = { dilation, padding };
        const { results } = await convolved("Conv2D", image, kernels, how, true);
        expectClose(results.result, slowConvolution(image, kernels, how));
      }
    }
  });

  it("agree dilated and in steps where the size is known; else say that they do not run", async () => {
    const image = noise([1, 13, 11, 2]);
    const kernels = noise([3, 3, 2, 4], 3);
    const how = { dilation: [2, 2], stride: [2, 2], padding: "SAME" } as const;
    const { results } = await convolved("Conv2D", image, kernels, how);
    expectClose(results.result, slowConvolution(image, kernels, how));
    await expect(convolved("Conv2D", image, kernels, how, true)).rejects.toMatchObject({
      code: "cannot-run",
    });
  });

  it("agree in groups", async () => {
    const image = noise([1, 6, 7, 6]);
    const kernels = noise([3, 3, 2, 9], 4);
    const { results } = await convolved("Conv2D", image, kernels, {});
    expectClose(results.result, slowConvolution(image, kernels, { padding: "SAME" }));
  });

  it("agree depth by depth", async () => {
    await fc.assert(
      fc.asyncProperty(settings, async ({ size, kernel, isOpen, stride: [stride], padding }) => {
        const image = noise([1, ...size, 3]);
        const kernels = noise([...kernel, 3, 2], 3);
        const how = { stride: [stride, stride] as const, padding };
        const { results } = await convolved("DepthwiseConv2dNative", image, kernels, how, isOpen);
        expectClose(results.result, slowDepthwise(image, kernels, how));
      }),
      { numRuns: 15 },
    );
  });

  it("agree with channels first", async () => {
    const image = noise([1, 6, 7, 2]);
    const kernels = noise([3, 2, 2, 4], 4);
    const nodes = [
      whole("to", [0, 3, 1, 2]),
      node("turned", "Transpose", ["image", "to"]),
      floats("kernels", kernels),
      node("conv", "Conv2D", ["turned", "kernels"], moving({ stride: [2, 1], first: true })),
      floats("bias", noise([4], 9)),
      node("biased", "BiasAdd", ["conv", "bias"], { data_format: attribute.text("NCHW") }),
      node("pool", "MaxPool", ["biased"], {
        ...moving({ stride: [1, 2], first: true }),
        ksize: attribute.ints([1, 1, 2, 2]),
      }),
      whole("from", [0, 2, 3, 1]),
      node("result", "Transpose", ["biased", "from"]),
    ];
    const { results } = await runGraph(nodes, image);
    const plain = slowConvolution(image, kernels, { stride: [2, 1], padding: "SAME" });
    expectClose(
      results.result,
      slowEntries([plain, noise([4], 9)], (a, b) => a + b),
    );
    expect(results.pool.shape).toEqual([1, 4, 3, 4]);
  });
});

/** A transposed convolution to `target`, which the graph states or computes. */
async function transposed(
  image: Numbers,
  kernels: Numbers,
  target: Pair,
  how: Moving,
  form: "stated" | "computed" | "open",
) {
  const out = kernels.shape[2];
  const computed = [
    // The size is that of another map, which stands where the image would.
    node("shape", "Shape", ["image"]),
    whole("one", [1]),
    whole("three", [3]),
    whole("steps", [1]),
    node("sides", "StridedSlice", ["shape", "one", "three", "steps"]),
    whole("more", [target[0] - image.shape[1], target[1] - image.shape[2]]),
    node("wanted", "AddV2", ["sides", "more"]),
    whole("batch", [1]),
    whole("out", [out]),
    whole("axis", [0], []),
    node("size", "ConcatV2", ["batch", "wanted", "out", "axis"]),
  ];
  const stated = [whole("size", [1, ...target, out])];
  const nodes: Bytes[] = [
    ...(form === "stated" ? stated : computed),
    floats("kernels", kernels),
    node("result", "Conv2DBackpropInput", ["size", "kernels", "image"], moving(how)),
  ];
  const open = [null, null, null, image.shape[3]];
  return runGraph(nodes, image, form === "open" ? open : undefined);
}

describe("transposed convolutions of TensorFlow", () => {
  it.each(["stated", "computed", "open"] as const)("agree with a size that is %s", async (form) => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          size: fc.tuple(side, side),
          kernel: fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 })),
          stride: step,
          rest: fc.tuple(fc.integer({ min: 0, max: 2 }), fc.integer({ min: 0, max: 2 })),
          padding: fc.constantFrom("SAME", "VALID"),
        }),
        async ({ size, kernel, stride, rest, padding }) => {
          // Every size that a convolution with these settings takes to `size`.
          const target = size.map((length, axis) => {
            const extra = Math.min(rest[axis], stride - 1);
            if (padding === "VALID") return (length - 1) * stride + kernel[axis] + extra;
            return (length - 1) * stride + 1 + extra;
          });
          const [height, width] = target;
          const image = noise([1, ...size, 2]);
          const kernels = noise([...kernel, 3, 2], 3);
          const how = { stride: [stride, stride] as const, padding } as const;
          const { results } = await transposed(image, kernels, [height, width], how, form);
          expectClose(results.result, slowTransposed(image, kernels, [height, width], how));
        },
      ),
      { numRuns: 20 },
    );
  });
});

describe("what graph optimisers fuse into a convolution", () => {
  const image = noise([1, 6, 5, 2]);
  const kernels = noise([3, 3, 2, 4], 3);
  const bias = noise([4], 6);
  const biased = slowEntries(
    [slowConvolution(image, kernels, { padding: "SAME" }), bias],
    (a, b) => a + b,
  );
  const activations: Readonly<Record<string, (value: number) => number>> = {
    Relu: (x) => Math.max(x, 0),
    Relu6: (x) => Math.min(6, Math.max(x, 0)),
    Elu: (x) => (x > 0 ? x : Math.expm1(x)),
    LeakyRelu: (x) => (x > 0 ? x : 0.3 * x),
    Sigmoid: (x) => 1 / (1 + Math.exp(-x)),
    Tanh: Math.tanh,
  };

  it.each(Object.entries(activations))("bias and %s", async (name, activation) => {
    const { results, executable } = await runGraph(
      [
        floats("layer/kernel", kernels),
        floats("bias", bias),
        node("result", "_FusedConv2D", ["image", "layer/kernel", "bias"], {
          ...moving({}),
          fused_ops: attribute.texts(["BiasAdd", name]),
          leakyrelu_alpha: realAttribute(0.3),
        }),
      ],
      image,
    );
    expectClose(results.result, slowEntries([biased], activation));
    expect(executable.convolutions).toMatchObject([{ layer: "layer" }]);
    expect(executable.convolutions[0].activated).not.toBeNull();
  });

  it("bias and a slope for each channel", async () => {
    const slope = noise([1, 1, 4], 8);
    const { results } = await runGraph(
      [
        floats("kernels", kernels),
        floats("bias", bias),
        floats("slope", slope),
        node("result", "_FusedConv2D", ["image", "kernels", "bias", "slope"], {
          ...moving({}),
          fused_ops: attribute.texts(["BiasAdd", "Prelu"]),
        }),
      ],
      image,
    );
    expectClose(
      results.result,
      slowEntries([biased, slope], (x, s) => (x > 0 ? x : s * x)),
    );
  });

  it("names what it does not know", async () => {
    const run = runGraph(
      [
        floats("kernels", kernels),
        node("result", "_FusedConv2D", ["image", "kernels"], {
          ...moving({}),
          fused_ops: attribute.texts(["Mystery"]),
        }),
      ],
      image,
    );
    await expect(run).rejects.toThrow(/Mystery.*_FusedConv2D.*result.*tf2onnx/);
  });
});
