import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { memorySource } from "../../../src/core/bytes/memorySource.ts";
import { ConvAtlasError } from "../../../src/core/errors.ts";
import { NO_COMPANIONS } from "../../../src/core/files/fileSet.ts";
import { pytorchFormat } from "../../../src/core/formats/pytorch.ts";
import { kernelCount } from "../../../src/core/network/network.ts";
import { inferSizes } from "../../../src/core/network/sizes.ts";
import { readFiles } from "../../support/readModel.ts";
import { type Code, forwardOf, networkOf, scriptFile } from "../../support/scriptWriter.ts";
import { TorchWriter } from "../../support/torchWriter.ts";

/** Five seconds are the most that any file may take; a busy machine has not all of its time. */
const LONGEST_MS = 5000;

function fileWith(code: Code): Uint8Array {
  return scriptFile({
    code,
    network: (writer) => networkOf({ conv: writer.counting([4, 1, 3, 3]) }),
    constants: (writer) => [writer.tensor([], [2])],
  });
}

const sound = (...lines: readonly string[]) =>
  forwardOf(...lines, "return torch.conv2d(x, self.conv)");

const [SOUND] = Object.values(sound());

const withFunction = (text: string, ...lines: readonly string[]): Code => ({
  ...sound(...lines),
  "__torch__/f.py": text,
});

const nested = (depth: number, open: string, close: string) =>
  `y = ${open.repeat(depth)}x${close.repeat(depth)}`;

/** Blocks within blocks, each indented by one more. */
const deepBlocks = Array.from({ length: 150 }, (_, depth) => `${" ".repeat(depth)}if True:`);

const calls = (...lines: readonly string[]) =>
  ["def f(x: Tensor) -> Tensor:", ...lines.map((line) => `  ${line}`), ""].join("\n");

const F = "__torch__.f.f";

const FAULTS: readonly (readonly [string, Code])[] = [
  ["no code", {}],
  ["an empty file", { "__torch__.py": "" }],
  ["a class without a forward", { "__torch__.py": "class Network(Module):\n  training : bool\n" }],
  ["a class of another name", { "__torch__.py": SOUND.replace("class Network", "class Other") }],
  ["text that is cut", { "__torch__.py": SOUND.slice(0, -30) }],
  ["text that is cut within a name", { "__torch__.py": SOUND.slice(0, -24) }],
  ["bytes that are no text", { "__torch__.py": "\u0000\u0001\u0002" }],
  ["signs that TorchScript does not write", sound("y = x @ x")],
  ["a text without an end", sound('y = "abc')],
  ["an indent that fits no block", { "__torch__.py": `${SOUND}   y = x\n` }],
  ["a block outside of declarations", { "__torch__.py": `x = 1\n  y = 2\n${SOUND}` }],
  ["a statement of Python alone", sound("import os")],
  ["brackets without an end", sound("y = [[[")],
  ["brackets deep in each other", sound(nested(100_000, "[", "]"))],
  ["calls deep in each other", sound(nested(10_000, "torch.relu(", ")"))],
  ["attributes without an end", sound(`y = x${".a".repeat(300_000)}${"()".repeat(300_000)}`)],
  ["blocks deep in each other", sound(...deepBlocks, `${" ".repeat(150)}pass`)],
  ["a function that calls itself", withFunction(calls(`return ${F}(x, )`), `y = ${F}(x, )`)],
  ["a method that calls itself", forwardOf("return (self).forward(x, )")],
  [
    "functions that call each other twice over",
    withFunction(
      Array.from({ length: 40 }, (_, at) =>
        calls(`y = __torch__.f.f${at + 1}(x, )`, `return __torch__.f.f${at + 1}(y, )`).replace(
          "def f(",
          `def f${at}(`,
        ),
      ).join("") + calls("return x").replace("def f(", "def f40("),
      "y = __torch__.f.f0(x, )",
    ),
  ],
  ["a loop without an end", sound("while True:", "  y = x")],
  ["a loop of a billion rounds", sound("for i in range(1000000000):", "  y = x")],
  ["an empty loop of a billion rounds", sound("for i in range(1000000000):", "  pass")],
  ["a list that doubles", sound("a = [1, 2]", "while True:", "  a = torch.add(a, a)")],
  ["a list that is in itself", sound("a = [1]", "_0 = torch.append(a, a)", "while a:", "  pass")],
  ["a map that is joined to itself", sound("while True:", "  x = torch.cat([x, x, x, x], 1)")],
  ["too many arguments", withFunction(calls("return x"), `y = ${F}(x, x, )`)],
  ["too few arguments", withFunction(calls("return x"), `y = ${F}()`)],
  ["a function that is cut", withFunction(calls("return x").slice(0, 20), `y = ${F}(x, )`)],
  ["a variable without a value", sound("y = z")],
  ["a constant that is not there", sound("y = CONSTANTS.c7")],
  ["a constant of no number", sound("y = CONSTANTS.c1e3")],
  ["more variables than values", sound("a, b, = [1]")],
  ["fewer variables than values", sound("a, b, = [1, 2, 3]")],
  ["an item beyond the end", sound("a = [1]", "y = a[3]")],
  ["a value for a number", sound("3 = x")],
  ["a value for nothing", sound("= x")],
  ["values for nothing", sound("x, x")],
  ["a convolution without weights", forwardOf("return torch.conv2d(x)")],
  ["a convolution of no numbers", forwardOf("return torch._convolution(x, x, x, x, x, x, x, x)")],
];

/** Code that is odd and yet followed: what an operator gets wrong is left open. */
const ODD: readonly (readonly [string, readonly string[]])[] = [
  ["operators without arguments", ["y = torch.cat()", "z = torch.max_pool2d()", "w = torch.add()"]],
  ["operators on nothing", ["y = torch.size(None)", "z = torch.pad(None, None)", "w = int()"]],
  [
    "negative sizes",
    ["y = torch.upsample_nearest2d(x, [-5, 0], None)", "z = torch.pad(y, [-9, -9])"],
  ],
  ["sizes beyond all images", ["y = torch.upsample_nearest2d(x, None, [1e300, 1e300])"]],
  ["axes that are not there", ["y = torch.size(x, 99)", "z = torch.transpose(x, 7, -9)"]],
  [
    "turned axes that are none",
    ["y = torch.permute(x, [0, 0, 9, -7])", "z = torch.permute(y, [])"],
  ],
  ["division by nothing", ["y = torch.div(1, 0)", "z = torch.pad(x, [y, torch.mul(y, 0)])"]],
  ["texts as numbers", ['y = torch.pad(x, ["a", "b"])', 'z = torch.add("a", 1)']],
  ["a million parts", ["y = torch.chunk(x, 1000000, 1)", "z = torch.split(x, [1, 1], 1)"]],
  ["methods of nothing", ["y = (x).forward(x, )", "z = (None).forward()"]],
];

async function readInTime(code: Code) {
  const start = performance.now();
  const network = await readFiles({ "model.pt": fileWith(code) });
  expect(performance.now() - start).toBeLessThan(LONGEST_MS);
  return network;
}

describe("code that cannot be followed", () => {
  it.each(FAULTS)("%s leaves the weights as they are", async (_, code) => {
    const { graph, layers, warnings } = await readInTime(code);
    expect(graph).toBeNull();
    expect(layers.map(({ name, graphNode }) => [name, graphNode])).toEqual([["conv", null]]);
    expect(warnings).toEqual([expect.stringMatching(/^The code of this TorchScript file could/)]);
  });

  it.each(ODD)("%s are left open", async (_, lines) => {
    const { graph, layers } = await readInTime(sound(...lines));
    expect(layers.map(({ name }) => name)).toEqual(["conv"]);
    expect(graph).not.toBeNull();
    if (graph !== null) inferSizes(graph, 64);
  });

  it("says so where a convolution has impossible steps", async () => {
    const code = forwardOf("return torch.conv2d(x, self.conv, None, [0, 0], [1, 1])");
    const { layers } = await readInTime(code);
    expect(layers[0]).toMatchObject({ name: "conv", stride: [1, 1], graphNode: null });
  });

  it("goes no further than a billion of what a hundred lines can ask for", async () => {
    const rows = Array.from({ length: 100 }, (_, at) => `a${at + 1} = torch.add(a${at}, a${at})`);
    expect((await readInTime(sound("a0 = [1, 2]", ...rows))).graph).toBeNull();
  });
});

describe("damaged code", () => {
  it("leaves the weights as they are where its constants are damaged", async () => {
    const writer = new TorchWriter();
    const network = networkOf({ conv: writer.counting([4, 1, 3, 3]) });
    const code = new TextEncoder().encode(SOUND);
    const constants = Uint8Array.of(0x80, 2, 0x28);
    const others = { "constants.pkl": constants, "code/__torch__.py": code };
    const { graph, layers } = await readFiles({ "model.pt": writer.zip(network, { others }) });
    expect(graph).toBeNull();
    expect(layers.map(({ name }) => name)).toEqual(["conv"]);
  });

  it("never loses a kernel, whatever is done to it", async () => {
    const pieces = ["(", ")", "[", "\n", "  ", ", ", ".", "=", ":", '"', "x", "self", "if ", "9"];
    const code = [
      "y = torch.max_pool2d(torch.relu(x), [2, 2], annotate(List[int], []), [0, 0])",
      "if torch.eq(torch.dim(y), 4):",
      "  z = torch.upsample_nearest2d(y, [int(torch.size(x, 2)), 3], None)",
      "else:",
      "  z = y",
      "a, b, = torch.chunk(torch.cat([z, y], 1), 2, 1)",
    ];
    const [text] = Object.values(sound(...code));
    const change = fc.record({
      at: fc.nat({ max: text.length }),
      without: fc.nat({ max: 12 }),
      piece: fc.constantFrom("", ...pieces),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 4 }), async (changes) => {
        const changed = changes.reduce(
          (before, { at, without, piece }) =>
            before.slice(0, at) + piece + before.slice(at + without),
          text,
        );
        const network = await readFiles({ "model.pt": fileWith({ "__torch__.py": changed }) });
        expect(network.layers.map(kernelCount)).toEqual([4]);
        if (network.graph !== null) inferSizes(network.graph, 64);
      }),
      { numRuns: 300 },
    );
  });

  it("stops when it is cancelled", async () => {
    const cancel = new AbortController();
    cancel.abort();
    const reading = pytorchFormat.read({
      source: memorySource("model.pt", fileWith(sound())),
      companions: NO_COMPANIONS,
      onProgress: () => undefined,
      signal: cancel.signal,
    });
    await expect(reading).rejects.toSatisfy(
      (thrown) => thrown instanceof ConvAtlasError && thrown.code === "cancelled",
    );
  });
});
