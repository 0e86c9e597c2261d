import { describe, expect, it } from "vitest";
import { entryAt, made, type Numbers, noise, slowEntries } from "../../support/slowMaps.ts";
import {
  afterConvolution,
  attribute,
  expectClose,
  floats,
  MAPS,
  node,
  whole,
} from "../../support/tensorflowRuns.ts";

type Bytes = Uint8Array<ArrayBuffer>;

/** Maps are (1,7,5,4). */
async function expectResult(nodes: readonly Bytes[], wanted: Numbers): Promise<void> {
  await afterConvolution(nodes, "result", (found) => expectClose(found, wanted));
}

describe("joining and parting", () => {
  it.each([3, -1, 1, 2, -2])("ConcatV2 along axis %i with what is stored", async (axis) => {
    const along = axis < 0 ? axis + 4 : axis;
    const shape = MAPS.shape.map((length, at) => (at === along ? 2 : length));
    const other = noise(shape, 9);
    const wide = MAPS.shape.map((length, at) => (at === along ? length + 2 : length));
    const nodes = [
      floats("other", other),
      whole("axis", [axis], []),
      node("result", "ConcatV2", ["maps", "other", "axis"]),
    ];
    await expectResult(
      nodes,
      made(wide, (index) => {
        const before = MAPS.shape[along];
        if (index[along] < before) return entryAt(MAPS, index);
        return entryAt(
          other,
          index.map((place, at) => (at === along ? place - before : place)),
        );
      }),
    );
  });

  it("Split and SplitV along the channels, the second part used", async () => {
    const part = (from: number, count: number) =>
      made([1, 7, 5, count], ([n, y, x, c]) => entryAt(MAPS, [n, y, x, from + c]));
    await expectResult(
      [
        whole("axis", [3], []),
        node("parts", "Split", ["axis", "maps"], { num_split: attribute.int(2) }),
        node("result", "Relu6", ["parts:1"]),
      ],
      slowEntries([part(2, 2)], (x) => Math.max(x, 0)),
    );
    await expectResult(
      [
        whole("axis", [-1], []),
        whole("sizes", [1, -1]),
        node("parts", "SplitV", ["maps", "sizes", "axis"], { num_split: attribute.int(2) }),
        node("result", "Relu6", ["parts:1"]),
      ],
      slowEntries([part(1, 3)], (x) => Math.max(x, 0)),
    );
  });

  it("Pack and Unpack", async () => {
    const both = made([1, 7, 5, 2, 4], ([n, y, x, which, c]) => {
      const entry = entryAt(MAPS, [n, y, x, c]);
      return which === 0 ? entry : -entry;
    });
    const packed = [
      node("negative", "Neg", ["maps"]),
      node("packed", "Pack", ["maps", "negative"], { axis: attribute.int(3) }),
    ];
    await expectResult(
      [...packed, node("result", "Tanh", ["packed"])],
      slowEntries([both], Math.tanh),
    );
    await expectResult(
      [
        ...packed,
        node("parts", "Unpack", ["packed"], { axis: attribute.int(3), num: attribute.int(2) }),
        node("result", "Relu", ["parts:1"]),
      ],
      slowEntries([MAPS], (x) => Math.max(-x, 0)),
    );
  });

  it("GatherV2 along the channels", async () => {
    await expectResult(
      [
        whole("which", [2, 0]),
        whole("axis", [3], []),
        node("result", "GatherV2", ["maps", "which", "axis"]),
      ],
      made([1, 7, 5, 2], ([n, y, x, c]) => entryAt(MAPS, [n, y, x, c === 0 ? 2 : 0])),
    );
  });

  it("GatherV2 of places that are told for each image by itself, for one image", async () => {
    const settings = { batch_dims: attribute.int(1) };
    await expectResult(
      [
        whole("which", [2, 0], [1, 2]),
        whole("axis", [-1], []),
        node("result", "GatherV2", ["maps", "which", "axis"], settings),
      ],
      made([1, 7, 5, 2], ([n, y, x, c]) => entryAt(MAPS, [n, y, x, c === 0 ? 2 : 0])),
    );
  });

  it("Tile", async () => {
    await expectResult(
      [whole("times", [1, 2, 1, 3]), node("result", "Tile", ["maps", "times"])],
      made([1, 14, 5, 12], ([n, y, x, c]) => entryAt(MAPS, [n, y % 7, x, c % 4])),
    );
  });
});

interface SliceCase {
  readonly begin: readonly number[];
  readonly end: readonly number[];
  readonly strides: readonly number[];
  readonly masks?: Readonly<Record<string, number>>;
  readonly shape: readonly number[];
  readonly from: (index: readonly number[]) => readonly number[];
}

/** In Python's words what each case cuts out. */
const SLICES: Readonly<Record<string, SliceCase>> = {
  "[:, 1:-1, 2:5]": {
    begin: [0, 1, 2],
    end: [0, -1, 5],
    strides: [1, 1, 1],
    masks: { begin_mask: 1, end_mask: 1 },
    shape: [1, 5, 3, 4],
    from: ([n, y, x, c]) => [n, y + 1, x + 2, c],
  },
  "[:, ::2, ::-1]": {
    begin: [0, 0, 0],
    end: [0, 0, 0],
    strides: [1, 2, -1],
    masks: { begin_mask: 7, end_mask: 7 },
    shape: [1, 4, 5, 4],
    from: ([n, y, x, c]) => [n, 2 * y, 4 - x, c],
  },
  "[..., 1:3]": {
    begin: [0, 1],
    end: [0, 3],
    strides: [1, 1],
    masks: { ellipsis_mask: 1 },
    shape: [1, 7, 5, 2],
    from: ([n, y, x, c]) => [n, y, x, c + 1],
  },
  "[..., -1]": {
    begin: [0, -1],
    end: [0, 0],
    strides: [1, 1],
    masks: { ellipsis_mask: 1, shrink_axis_mask: 2 },
    shape: [1, 7, 5],
    from: ([n, y, x]) => [n, y, x, 3],
  },
  "[:, 2, tf.newaxis]": {
    begin: [0, 2, 0],
    end: [0, 3, 0],
    strides: [1, 1, 1],
    masks: { begin_mask: 1, end_mask: 1, shrink_axis_mask: 2, new_axis_mask: 4 },
    shape: [1, 1, 5, 4],
    from: ([n, , x, c]) => [n, 2, x, c],
  },
};

describe("parts", () => {
  it.each(Object.entries(SLICES))("StridedSlice %s", async (_, slice) => {
    const masks = Object.entries(slice.masks ?? {}).map(
      ([name, bits]) => [name, attribute.int(bits)] as const,
    );
    await expectResult(
      [
        whole("begin", slice.begin),
        whole("end", slice.end),
        whole("strides", slice.strides),
        node(
          "result",
          "StridedSlice",
          ["maps", "begin", "end", "strides"],
          Object.fromEntries(masks),
        ),
      ],
      made(slice.shape, (index) => entryAt(MAPS, slice.from(index))),
    );
  });

  it("Slice from a place that is stored or computed", async () => {
    const wanted = made([1, 3, 2, 4], ([n, y, x, c]) => entryAt(MAPS, [n, y + 2, x + 1, c]));
    await expectResult(
      [
        whole("begin", [0, 2, 1, 0]),
        whole("size", [-1, 3, 2, -1]),
        node("result", "Slice", ["maps", "begin", "size"]),
      ],
      wanted,
    );
    await expectResult(
      [
        whole("size", [1, 3, 2, 4]),
        node("shape", "Shape", ["maps"]),
        node("left", "Sub", ["shape", "size"]),
        whole("two", [2, 2, 2, 2]),
        node("begin", "FloorDiv", ["left", "two"]),
        node("result", "Slice", ["maps", "begin", "size"]),
      ],
      wanted,
    );
  });

  it("refuses a place that is computed while the network runs", async () => {
    const run = expectResult(
      [
        node("shape", "Shape", ["maps"]),
        whole("ones", [1, 1, 1, 1]),
        node("result", "StridedSlice", ["maps", "ones", "shape", "ones"]),
      ],
      MAPS,
    );
    await expect(run).rejects.toThrow();
  });
});
