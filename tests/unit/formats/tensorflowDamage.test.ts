import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { memorySource } from "../../../src/core/bytes/memorySource.ts";
import { ConvAtlasError } from "../../../src/core/errors.ts";
import { NO_COMPANIONS } from "../../../src/core/files/fileSet.ts";
import { frozenGraphFormat } from "../../../src/core/formats/frozenGraph.ts";
import { savedModelFormat } from "../../../src/core/formats/savedModel.ts";
import { resolveStructure } from "../../../src/core/network/resolveStructure.ts";
import { bytesField, floatBytes, intField, join } from "../../support/onnxWriter.ts";
import { type Files, readFiles } from "../../support/readModel.ts";
import {
  counted,
  frozenUnet,
  savedUnet,
  unetParts,
  unetVariables,
} from "../../support/tensorflowModels.ts";
import {
  attribute,
  checkpoint,
  constant,
  floatTensor,
  floatVariable,
  functionDef,
  graphDef,
  moving,
  node,
  placeholder,
  savedModel,
  shapeProto,
  sortedTable,
  TYPE,
  tensorProto,
  variable,
} from "../../support/tensorflowWriter.ts";

/** Bad input must be refused or read within this time. */
const PATIENCE_MS = 5000;

async function failure(files: Files): Promise<ConvAtlasError> {
  const thrown = await readFiles(files).catch((error: unknown) => error);
  if (thrown instanceof ConvAtlasError) return thrown;
  throw new Error(`expected a ConvAtlasError, got ${String(thrown)}`);
}

const frozen = (bytes: Uint8Array): Files => ({ "frozen.pb": bytes });
const IMAGE = placeholder("image", [null, 16, 16, 1]);
const CONVOLUTION = node("conv/Conv2D", "Conv2D", ["image", "w"], moving(1, "SAME"));

function graphWith(tensor: Uint8Array): Files {
  return frozen(graphDef([IMAGE, constant("w", tensor), CONVOLUTION]));
}

describe("damaged frozen graphs", () => {
  it.each<[string, Files, string, RegExp]>([
    ["cut in the middle", frozen(frozenUnet().subarray(0, 700)), "truncated", /looks cut short/],
    [
      "a tensor with fewer numbers than its shape says",
      graphWith(tensorProto(TYPE.float, [3, 3, 1, 1], bytesField(4, floatBytes([1, 2])))),
      "malformed",
      /tensor w does not hold as many numbers/,
    ],
    [
      "a tensor with more numbers than its shape says",
      graphWith(tensorProto(TYPE.float, [3, 3, 1, 1], bytesField(5, floatBytes(counted(10))))),
      "malformed",
      /tensor w does not hold as many numbers/,
    ],
    [
      "a tensor of more entries than there are numbers",
      graphWith(tensorProto(TYPE.float, [2 ** 30, 2 ** 30, 1, 1], new Uint8Array(0))),
      "malformed",
      /more elements than can be counted/,
    ],
    [
      "a tensor without its shape",
      graphWith(
        join(
          intField(1, 1),
          bytesField(2, shapeProto([null, 3])),
          bytesField(4, new Uint8Array(4)),
        ),
      ),
      "malformed",
      /stored without its shape/,
    ],
    [
      "a tensor of a hundred axes",
      graphWith(tensorProto(TYPE.float, new Array(100).fill(1), new Uint8Array(0))),
      "malformed",
      /over 32 axes/,
    ],
    [
      "kernels far beyond memory out of one repeated number",
      graphWith(tensorProto(TYPE.float, [3, 3, 8192, 8192], bytesField(5, floatBytes([1])))),
      "too-large",
      /more than 1 GiB/,
    ],
    [
      "kernels that would fit in memory out of one repeated number",
      graphWith(tensorProto(TYPE.float, [3, 3, 4096, 4096], bytesField(5, floatBytes([1])))),
      "too-large",
      /tensor w repeats one number/,
    ],
  ])("%s", async (_, files, code, sentence) => {
    const error = await failure(files);
    expect(error.code).toBe(code);
    expect(error.message).toMatch(sentence);
  });

  it("says so of a graph written as text", async () => {
    const text = new TextEncoder().encode('node {\n  name: "image"\n  op: "Placeholder"\n}\n');
    expect(await failure({ "graph.pbtxt": text })).toMatchObject({ code: "unsupported" });
  });
});

describe("hostile graphs", () => {
  it(
    "functions that call themselves end",
    async () => {
      const twice = ["one", "two"].map((name) =>
        node(name, "PartitionedCall", ["x"], { f: attribute.calls("again") }),
      );
      const again = functionDef("again", ["x"], twice, ["one:output:0"]);
      const call = node("call", "PartitionedCall", ["image"], { f: attribute.calls("again") });
      const error = await failure(frozen(graphDef([IMAGE, call], [again])));
      expect(error.code).toBe("too-large");
    },
    PATIENCE_MS,
  );

  it("nodes that wait for each other are read", async () => {
    const bytes = graphDef([
      IMAGE,
      constant("w", floatTensor([3, 3, 1, 1], counted(9))),
      node("loop/Merge", "Merge", ["image", "loop/Next"]),
      node("conv/Conv2D", "Conv2D", ["loop/Merge", "w"], moving(1, "SAME")),
      node("loop/Next", "NextIteration", ["conv/Conv2D"]),
      node("self", "Identity", ["self"]),
      node("all", "IdentityN", ["all"]),
      node("late", "Conv2D", ["all", "self"], moving(1, "SAME")),
    ]);
    const network = await readFiles(frozen(bytes));
    expect(network.layers).toHaveLength(1);
    expect(resolveStructure(network, { grid: "layer", inputSize: 64 }).places).toHaveLength(1);
  });

  it(
    "a chain of forty thousand nodes is read",
    async () => {
      const chain = Array.from({ length: 40_000 }, (_, index) =>
        node(`n${index}`, "Relu", [index === 0 ? "conv/Conv2D" : `n${index - 1}`]),
      );
      const weights = constant("w", floatTensor([3, 3, 1, 1], counted(9)));
      const bytes = graphDef([...chain.toReversed(), IMAGE, weights, CONVOLUTION]);
      expect((await readFiles(frozen(bytes))).layers).toHaveLength(1);
    },
    PATIENCE_MS,
  );
});

describe("damaged SavedModels", () => {
  const PB = savedModel(unetParts());
  const VARIABLES = checkpoint("variables/variables", unetVariables());
  const INDEX = VARIABLES["variables/variables.index"];
  const DATA = VARIABLES["variables/variables.data-00000-of-00001"];

  it("names all files that are missing", async () => {
    const alone = await failure({ "saved_model.pb": PB });
    expect(alone.code).toBe("missing-companion-file");
    expect(alone.missingFiles).toEqual(["variables.index", "variables.data-00000-of-00001"]);
    const noData = await failure({
      "saved_model.pb": PB,
      ...Object.fromEntries(
        Object.entries(checkpoint("variables/variables", unetVariables(), 3)).filter(
          ([path]) => !/-0000[12]-/.test(path),
        ),
      ),
    });
    expect(noData.missingFiles).toEqual([
      "variables.data-00001-of-00003",
      "variables.data-00002-of-00003",
    ]);
    const noIndex = await failure({
      "saved_model.pb": PB,
      "variables/variables.data-00000-of-00001": DATA,
    });
    expect(noIndex.missingFiles).toEqual(["variables.index"]);
  });

  const withIndex = (index: Uint8Array, data: Uint8Array = DATA): Files => ({
    "saved_model.pb": PB,
    "variables/variables.index": index,
    "variables/variables.data-00000-of-00001": data,
  });
  const header = (content: Uint8Array) => withIndex(sortedTable([["", content]]));

  it.each<[string, Files, string, RegExp]>([
    [
      "a saved_model.pb cut in the middle",
      { "saved_model.pb": PB.subarray(0, PB.length / 2), ...VARIABLES },
      "truncated",
      /saved_model.pb looks cut short/,
    ],
    [
      "an index cut short",
      withIndex(INDEX.subarray(0, INDEX.length - 20)),
      "truncated",
      /variables.index looks cut short/,
    ],
    [
      "data cut short",
      withIndex(INDEX, DATA.subarray(0, 200)),
      "truncated",
      /data-00000-of-00001 looks cut short/,
    ],
    [
      "an index whose middle is overwritten",
      withIndex(INDEX.map((byte, at) => (at > 100 && at < 500 ? 0xff : byte))),
      "malformed",
      /variables.index is damaged/,
    ],
    [
      "the other byte order",
      header(join(intField(1, 1), intField(2, 1))),
      "unsupported",
      /big-endian/,
    ],
    [
      "a checkpoint of the first form",
      header(bytesField(1, bytesField(1, "w"))),
      "unsupported",
      /V1/,
    ],
    ["no number of files", header(intField(3, 1)), "malformed", /impossible number of files/],
    ["a million files", header(intField(1, 1_000_000)), "malformed", /impossible number of files/],
    [
      "a compressed index",
      withIndex(sortedTable([["", intField(1, 1)]], 1)),
      "unsupported",
      /compressed/,
    ],
    [
      "a SavedModel without a network",
      {
        "saved_model.pb": join(
          intField(1, 1),
          bytesField(2, bytesField(1, bytesField(4, "serve"))),
        ),
      },
      "not-a-model",
      /without a network/,
    ],
  ])("%s", async (_, files, code, sentence) => {
    const error = await failure(files);
    expect(error.code).toBe(code);
    expect(error.message).toMatch(sentence);
  });

  it("a variable whose size contradicts its shape", async () => {
    const wrong = { ...floatVariable("w", [3, 3, 1, 1], counted(8)) };
    const nodes = [IMAGE, variable("w", [3, 3, 1, 1]), node("r", "ReadVariableOp", ["w"])];
    const conv = node("conv", "Conv2D", ["image", "r"], moving(1, "SAME"));
    const error = await failure({
      "saved_model.pb": savedModel({ graph: graphDef([...nodes, conv]) }),
      ...checkpoint("variables/variables", [wrong]),
    });
    expect(error).toMatchObject({ code: "malformed" });
    expect(error.message).toMatch(/w does not hold as many numbers/);
  });

  it("numbers without the file that tells what they are", async () => {
    const error = await failure({ "variables.data-00000-of-00001": DATA });
    expect(error).toMatchObject({
      code: "missing-companion-file",
      missingFiles: ["variables.index"],
    });
  });

  it("one that only names the newest checkpoint", async () => {
    const text = new TextEncoder().encode('model_checkpoint_path: "model.ckpt-7"\n');
    expect(await failure({ checkpoint: text })).toMatchObject({ code: "no-weights" });
  });
});

describe("whatever the bytes", () => {
  const context = (name: string, bytes: Uint8Array) => ({
    source: memorySource(name, bytes),
    companions: NO_COMPANIONS,
    onProgress: () => undefined,
    signal: new AbortController().signal,
  });
  const changes = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 8 });
  const changed = (bytes: Uint8Array, where: readonly (readonly [number, number])[]) => {
    const copy = bytes.slice();
    for (const [at, value] of where) copy[at % copy.length] = value;
    return copy;
  };

  it("a frozen graph is read or refused in words", async () => {
    await fc.assert(
      fc.asyncProperty(changes, async (where) => {
        const bytes = changed(frozenUnet(), where);
        const network = await frozenGraphFormat.read(context("frozen.pb", bytes)).catch(worded);
        if (network !== null) resolveStructure(network, { grid: "layer", inputSize: 64 });
      }),
      { numRuns: 300 },
    );
  });

  it("the files of a SavedModel are read or refused in words", async () => {
    const files = Object.entries(savedUnet());
    await fc.assert(
      fc.asyncProperty(fc.nat(files.length - 1), changes, async (which, where) => {
        const damaged = files.map(([path, bytes], index) => [
          path,
          index === which ? changed(bytes, where) : bytes,
        ]);
        const network = await readFiles(Object.fromEntries(damaged)).catch(worded);
        if (network !== null) resolveStructure(network, { grid: "layer", inputSize: 64 });
      }),
      { numRuns: 300 },
    );
  });

  it("any length is read or refused in words", async () => {
    const whole = frozenUnet();
    for (let length = 1; length < whole.length; length += 7) {
      await frozenGraphFormat.read(context("frozen.pb", whole.subarray(0, length))).catch(worded);
    }
    const index = checkpoint("a", unetVariables())["a.index"];
    for (let length = 1; length < index.length; length += 7) {
      await savedModelFormat.read(context("a.index", index.subarray(0, length))).catch(worded);
    }
  });

  function worded(error: unknown): null {
    if (error instanceof ConvAtlasError && error.code !== "internal") return null;
    throw error;
  }
});
