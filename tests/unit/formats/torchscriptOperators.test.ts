import { describe, expect, it } from "vitest";
import { inferSizes } from "../../../src/core/network/sizes.ts";
import { call, int, list, named } from "../../support/pickleWriter.ts";
import { readFiles } from "../../support/readModel.ts";
import { forwardOf, networkOf, scriptFile } from "../../support/scriptWriter.ts";

const SIDE = 64;

/** A class of objects that code makes, and a tuple with names. */
const CLASSES = `class Pair:
  side : int
  def __init__(self: __torch__.Pair,
    side: int) -> NoneType:
    self.side = side
    return None
class Named(NamedTuple):
  one : int
  other : int
`;

/** Size of the map `y` that these lines make of an image of 64 x 64, with the network's weights. */
async function sizeAfter(...lines: readonly string[]) {
  const forward = forwardOf(...lines, "weight = self.weight", "return torch.conv2d(y, weight)");
  const network = await readFiles({
    "model.pt": scriptFile({
      code: { "__torch__.py": `${forward["__torch__.py"]}${CLASSES}` },
      network: (writer) =>
        networkOf({
          weight: writer.counting([4, 4, 3, 3]),
          up: writer.counting([4, 2, 3, 3], 100),
          position: writer.counting([1, 4, SIDE, SIDE]),
          pairs: call(named("torch.jit._pickle", "build_intlist"), list(int(2), int(4))),
        }),
      constants: (writer) => [writer.tensor([], [3], "LongStorage")],
    }),
  });
  const layer = network.layers.find(({ name }) => name === "weight");
  if (network.graph === null) return "not followed";
  return inferSizes(network.graph, SIDE).received[layer?.graphNode ?? -1];
}

/** Sizes that PyTorch 1.13 gives for these lines. */
const MAPS: readonly (readonly [string, number, number])[] = [
  ["y = torch.conv2d(x, self.up, None, [2, 1], [0, 1])", 31, 64],
  ["y = torch.conv2d(x, self.up, None, 1, 0, 3)", 58, 58],
  ['y = torch.conv2d(x, self.up, None, [1, 1], "same", [5, 5])', 64, 64],
  ['y = torch.conv2d(x, self.up, None, [1, 1], "valid")', 62, 62],
  ['y = torch._convolution_mode(x, self.up, None, [1, 1], "same", [1, 1], 1)', 64, 64],
  ["y = torch.conv_transpose2d(x, self.up, None, [2, 2], [1, 1], [1, 1])", 128, 128],
  ["y = torch.conv_transpose2d(x, self.up, None, [3, 2], [1, 0], [0, 0], 1, [2, 1])", 192, 129],
  [
    "y = torch._convolution(x, self.up, None, [2, 2], [1, 1], [1, 1], True, [0, 1], 2, False, False, True, True)",
    127,
    128,
  ],
  ["y = torch.max_pool2d(x, [2, 2], annotate(List[int], []), [0, 0], [1, 1])", 32, 32],
  ["y = torch.max_pool2d(x, [3, 3], [2, 2], [1, 1], [1, 1], True)", 33, 33],
  ["y = torch.max_pool2d(x, [3, 3], [2, 2], [0, 0], [2, 2], False)", 30, 30],
  ["y, _0 = torch.max_pool2d_with_indices(x, [4, 2], [4, 2])", 16, 32],
  ["y = torch.avg_pool2d(x, [3, 3], [2, 2], [1, 1], True, True)", 33, 33],
  ["y = torch.avg_pool2d(x, [5])", 12, 12],
  ["y = torch.adaptive_avg_pool2d(x, [1, 1])", 1, 1],
  ["y = torch.adaptive_avg_pool2d(x, [7, 5])", 7, 5],
  ["y = torch.upsample_nearest2d(x, None, [2., 3.])", 128, 192],
  ["y = torch.upsample_nearest2d(x, [20, 30], None)", 20, 30],
  ["y = torch.upsample_nearest2d(x, [20, 30], 2., 2.)", 20, 30],
  ["y = torch.upsample_bilinear2d(x, None, True, [0.5, 0.29999999999999999])", 32, 19],
  ["y = torch.upsample_bicubic2d(x, [9, 8], False, None)", 9, 8],
  ["y = torch.pixel_shuffle(x, 2)", 128, 128],
  ["y = torch.pixel_unshuffle(x, 4)", 16, 16],
  ["y = torch.pad(x, [1, 2, 3, 5])", 72, 67],
  ['y = torch.pad(x, [1, 2, 0, 3], "reflect")', 67, 67],
  ["y = torch.constant_pad_nd(x, [-1, -2, -3, -4], 0)", 57, 61],
  ["y = torch.cat([x, torch.relu_(x)], 1)", 64, 64],
  ["y = torch.cat([x, torch.slice(x, 2, 0, 10)], -2)", 74, 64],
  ["y = torch.add(torch.mul(x, 2), self.position, alpha=2)", 64, 64],
  ["y = torch.mul(x, torch.mean(x, [2, 3], True))", 64, 64],
  ["y = torch.mean(x, [-1, -2], True)", 1, 1],
  ["y, _0 = torch.max(x, 1, True)", 64, 64],
  ["y = torch.dropout(torch.silu(torch.detach(x)), 0.10000000000000001, True)", 64, 64],
  ["_0, y, = torch.chunk(x, 2, 1)", 64, 64],
  ["y = (torch.split(x, [2, 2], 1))[1]", 64, 64],
  ["y = (torch.split(x, 2, 1))[1]", 64, 64],
  ["y = torch.cat(torch.split(x, 2, 1), 1)", 64, 64],
  ["y = torch.slice(torch.slice(x, 2, 1, -1), 3, 0, 9223372036854775807, 2)", 62, 32],
  ["y = torch.narrow(x, 3, 2, 9)", 64, 9],
  ["y = torch.permute(torch.permute(torch.slice(x, 2, 0, 8), [0, 2, 3, 1]), [0, 3, 1, 2])", 8, 64],
  ["y = torch.transpose(torch.slice(x, 2, 0, 8), -2, -1)", 64, 8],
  ["y = torch.reshape(x, [1, -1, 16, 256])", 16, 256],
  ["y = torch.repeat(x, [1, 1, 2, 3])", 128, 192],
  [
    "y = torch.mul(x, torch.expand_as(torch.unsqueeze(torch.unsqueeze(torch.mean(x, [2, 3]), 2), 3), x))",
    64,
    64,
  ],
];

/** Sizes that the code computes from that of its image. */
const COMPUTED: readonly (readonly [string, readonly string[], number, number])[] = [
  [
    "traced sizes of another map",
    [
      "s = torch.avg_pool2d(x, [2, 2])",
      "_0 = ops.prim.NumToTensor(torch.size(s, 2))",
      "_1 = int(_0)",
      "y = torch.upsample_nearest2d(torch.pixel_shuffle(x, 2), [_1, int(torch.mul(_0, CONSTANTS.c0))], None)",
    ],
    32,
    96,
  ],
  [
    "the size of another map as a list",
    [
      "s = torch.avg_pool2d(x, [2, 4])",
      "y = torch.upsample_nearest2d(x, torch.slice(torch.size(s), 2), None)",
    ],
    32,
    16,
  ],
  [
    "half the size, rounded down",
    [
      "h = torch.floordiv((torch.size(x))[-2], 3)",
      'w = int(torch.div(torch.size(x, 3), 5, rounding_mode="floor"))',
      "y = torch.upsample_nearest2d(x, [h, w], None)",
    ],
    21,
    12,
  ],
  [
    "a padding to the size of another map",
    [
      "s = torch.slice(torch.slice(x, 2, 0, 61), 3, 0, 62)",
      "dy = torch.sub((torch.size(x))[2], (torch.size(s))[2])",
      "dx = torch.sub((torch.size(x))[3], (torch.size(s))[3])",
      "_3 = torch.floordiv(dx, 2)",
      "_5 = torch.floordiv(dy, 2)",
      "y = torch.pad(s, [_3, torch.sub(dx, _3), _5, torch.sub(dy, _5)])",
    ],
    64,
    64,
  ],
  [
    "a view that splits the channels and joins them again",
    [
      "_0, _1, _2, _3, = torch.size(x)",
      "z = torch.view(x, [_0, 2, 2, _2, _3])",
      "y = torch.reshape(torch.transpose(z, 1, 2), [_0, -1, _2, _3])",
    ],
    64,
    64,
  ],
  [
    "scales, one of which depends on the image",
    [
      "f = torch.div(float(torch.size(x, 2)), 32.)",
      "y = torch.upsample_nearest2d(x, None, [f, 3.])",
    ],
    128,
    192,
  ],
];

/** What the language itself gives. */
const LANGUAGE: readonly (readonly [string, readonly string[], number])[] = [
  ["numbers with signs and exponents", ["y = torch.pad(x, [-1, int(3e0), 0, 0])"], 66],
  ["a choice", ["y = torch.pad(x, [(1 if True else 5), 0])"], 65],
  ["arithmetic", ["a = torch.remainder(torch.mul(7, 3), 8)", "y = torch.pad(x, [a, 0])"], 69],
  ["tuples", ["a, b = 1, (2, 3)", "c, d, = b", "y = torch.pad(x, [d, a])"], 68],
  ["dictionaries", ['a = {"k": 3, "l": 4}', 'a["m"] = 5', 'y = torch.pad(x, [a["m"], 0])'], 69],
  ["stored lists", ["a, b, = self.pairs", "y = torch.pad(x, [a, b])"], 70],
  ["attributes set by code", ["self.side = 3", "y = torch.pad(x, [self.side, 0])"], 67],
  ["lists as they grow", ["a = [1]", "_0 = torch.append(a, 2)", "y = torch.pad(x, a)"], 67],
  [
    "what is in a list",
    [
      'if torch.__contains__(["a"], "a"):',
      "  n = 1",
      "else:",
      "  n = 2",
      "y = torch.pad(x, [n, 0])",
    ],
    65,
  ],
  [
    "None",
    ["if torch.__is__(None, None):", "  n = 1", "else:", "  n = 2", "y = torch.pad(x, [n, 0])"],
    65,
  ],
  ["loops over a range", ["y = x", "for i in range(3):", "  y = torch.pad(y, [i, 0])"], 67],
  [
    "loops over a part of a range",
    [
      "y = x",
      "for _0 in range(torch.__range_length(2, 6, 2)):",
      "  i = torch.__derive_index(_0, 2, 2)",
      "  y = torch.pad(y, [i, 0])",
    ],
    70,
  ],
  [
    "loops while something holds",
    ["n = 1", "while torch.lt(n, 20):", "  n = torch.mul(n, 2)", "y = torch.pad(x, [n, 0])"],
    96,
  ],
  ["parts of tuples", ["a = (1, 2, 3, 4)", "y = torch.pad(x, a[1:3])"], 69],
  ["infinity", ["y = torch.pad(torch.masked_fill(x, x, -inf), [1, 0])"], 65],
  [
    "objects that the code makes",
    [
      "a = __torch__.Pair.__new__(__torch__.Pair)",
      "_0 = (a).__init__(3, )",
      "y = torch.pad(x, [a.side, 0])",
    ],
    67,
  ],
  ["tuples with names", ["a = __torch__.Named(2, 3)", "y = torch.pad(x, [a[1], 0])"], 67],
  ["blocks of a context", ["with torch.no_grad():", "  y = torch.pad(x, [1, 0])"], 65],
  [
    "checks of what the image is",
    [
      "if torch.ne(torch.size(x, 1), 3):",
      '  ops.prim.RaiseException("3 channels", "builtins.ValueError")',
      "else:",
      "  pass",
      "y = torch.pad(x, [1, 0])",
    ],
    65,
  ],
];

describe("operators of PyTorch", () => {
  it.each(MAPS)("%s", async (line, height, width) => {
    expect(await sizeAfter(line)).toEqual([height, width]);
  });

  it.each(COMPUTED)("%s", async (_, lines, height, width) => {
    expect(await sizeAfter(...lines)).toEqual([height, width]);
  });

  it.each(LANGUAGE)("%s", async (_, lines, width) => {
    expect(await sizeAfter(...lines)).toEqual([SIDE, width]);
  });

  it.each([
    "y = torch.grid_sampler(x, x, 0, 0, True)",
    "y = torch.max_pool2d(x, [torch.size(x, 2), 1])",
    "y = __torch__.elsewhere.function(x, )",
    "y = torch.upsample_nearest2d(x, [torch.size(z, 2)], None) if False else torch.fft(x)",
  ])("%s is left open", async (line) => {
    expect(await sizeAfter(line)).toBeNull();
  });

  it("leaves code aside that goes on as the image decides", async () => {
    const lines = ["if torch.gt(torch.size(x, 2), 9):", "  y = x", "else:", "  y = torch.relu(x)"];
    expect(await sizeAfter(...lines)).toBe("not followed");
    expect(await sizeAfter("while torch.gt(torch.size(x, 2), 9):", "  y = x")).toBe("not followed");
    expect(await sizeAfter("for i in range(torch.size(x, 2)):", "  y = x")).toBe("not followed");
    expect(await sizeAfter("y = (x if torch.any(x) else x)")).toBe("not followed");
  });
});
