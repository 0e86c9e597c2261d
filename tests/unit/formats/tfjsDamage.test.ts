import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { memorySource } from "../../../src/core/bytes/memorySource.ts";
import { ConvAtlasError, type ErrorCode } from "../../../src/core/errors.ts";
import { tfjsFormat } from "../../../src/core/formats/tfjs.ts";
import { fixtures } from "../../support/fixtures/tfjs.ts";
import { conv, functional, image } from "../../support/kerasModels.ts";
import { type Files, readFiles } from "../../support/readModel.ts";
import { unsoundness } from "../../support/soundNetwork.ts";
import { counting, json, writeTfjs, writeWeightsManifest } from "../../support/tfjsWriter.ts";

/** Damaged files for each fixture: some hundred places, each with a few of the values. */
const RUNS = 150;

const SHARD = "group1-shard1of1.bin";
const topology = {
  model_config: functional([image("image", 16), conv("first", "image")], "first"),
};
const weights = [counting("first/kernel", 3, 3, 1, 2), counting("first/bias", 2)];
const whole = writeTfjs(topology, [{ weights }]);
const text = (content: string) => new TextEncoder().encode(content);

async function failure(files: Files): Promise<ConvAtlasError> {
  const thrown = await readFiles(files).catch((error: unknown) => error);
  if (thrown instanceof ConvAtlasError) return thrown;
  throw new Error(`expected a ConvAtlasError, got ${String(thrown)}`);
}

/** A model.json with this manifest, and a shard of 80 bytes. */
function withManifest(weightsManifest: unknown): Files {
  return { ...whole, "model.json": json({ modelTopology: topology, weightsManifest }) };
}

function withWeight(entry: unknown): Files {
  return withManifest([{ paths: [SHARD], weights: [entry] }]);
}

const entry = { name: "first/kernel", shape: [3, 3, 1, 2], dtype: "float32" };

describe("missing weights", () => {
  it("names all files that are not there", async () => {
    const files = writeTfjs(topology, [{ weights, cuts: [20, 20, 20, 1, 1] }]);
    const error = await failure({
      "model.json": files["model.json"],
      "group1-shard2of6.bin": files["group1-shard2of6.bin"],
    });
    expect(error.code).toBe("missing-companion-file");
    expect(error.missingFiles).toEqual([1, 3, 4, 5, 6].map((at) => `group1-shard${at}of6.bin`));
    expect(error.message).toBe(
      "Weights of model.json lie in 5 other files (group1-shard1of6.bin, group1-shard3of6.bin, group1-shard4of6.bin and 2 more); open all of them together.",
    );
  });

  it("shows of hostile names what fits into a sentence", async () => {
    const name = `${"long\n".repeat(500)}.bin`;
    const missing = await failure(withManifest([{ paths: [name], weights: [entry] }]));
    const malformed = await failure(withWeight({ ...entry, name, shape: [-1] }));
    for (const { message } of [missing, malformed]) expect(message).toMatch(/^[^\n]{50,300}\.$/);
    expect(missing.missingFiles).toEqual([name]);
  });

  it("asks for one file in one sentence, by its name without folders or encoding", async () => {
    const error = await failure(
      withManifest([{ paths: ["../a%20b/../shard.bin?v=1"], weights: [entry] }]),
    );
    expect(error.message).toBe(
      "Weights of model.json lie in another file, shard.bin; open both files together.",
    );
  });

  it("looks at nothing but the files that came along, whatever the path says", async () => {
    const asked: string[] = [];
    const model = withManifest([{ paths: ["/etc/passwd", "..\\..\\secret"], weights: [entry] }]);
    const companions = {
      get(path: string) {
        asked.push(path);
        return undefined;
      },
      paths: () => [],
    };
    await expect(
      tfjsFormat.read({
        source: memorySource("model.json", model["model.json"]),
        companions,
        onProgress: () => {},
        signal: new AbortController().signal,
      }),
    ).rejects.toMatchObject({ missingFiles: ["passwd", "secret"] });
    expect(new Set(asked)).toEqual(new Set(["/etc/passwd", "..\\..\\secret"]));
  });

  it("says which shard is cut short, and by how much", async () => {
    const files = writeTfjs(topology, [{ weights, cuts: [30, 30] }]);
    const cut = (name: string, length: number) =>
      failure({ ...files, [name]: files[name].subarray(0, length) });
    expect(await cut("group1-shard1of3.bin", 11)).toMatchObject({
      code: "truncated",
      message:
        "group1-shard1of3.bin is cut short: it holds 11 of 30 bytes; download or copy it again.",
    });
    expect((await cut("group1-shard3of3.bin", 0)).message).toMatch(
      /shard3of3.bin is cut short: it holds 0 of 20/,
    );
  });

  it.each<[string, string, ErrorCode, RegExp]>([
    [
      "a Git LFS pointer",
      "version https://git-lfs.github.com/spec/v1\n",
      "git-lfs-pointer",
      /Git LFS/,
    ],
    ["the page of a failed download", "<!DOCTYPE html><p>404", "not-a-model", /web page/],
  ])("says that a shard is %s", async (_, content, code, sentence) => {
    const error = await failure({ ...whole, [SHARD]: text(content) });
    expect(error.code).toBe(code);
    expect(error.message).toMatch(sentence);
    expect(error.message).toContain(SHARD);
  });

  it("says that a file holds the architecture alone, or a list of no weights", async () => {
    const sentence = async (content: unknown) =>
      (await failure({ "a.json": json(content) })).message;
    const keras = { class_name: "Functional", config: { layers: [] }, keras_version: "2.4.0" };
    expect(await sentence(keras)).toMatch(
      /without its weights; open it together with the .h5 file/,
    );
    expect(await sentence({ module: "keras", ...keras })).toMatch(/without its weights/);
    expect(await sentence([{ paths: [SHARD], weights: [] }])).toMatch(/without its weights/);
    expect(await sentence({ format: "layers-model", modelTopology: {} })).toMatch(
      /without its weights/,
    );
  });

  it("says that a model.json, or a manifest alone, is cut short", async () => {
    const model = { ...whole, "model.json": whole["model.json"].subarray(0, 300) };
    const manifest = writeWeightsManifest([{ weights }])["weights_manifest.json"];
    for (const files of [model, { "manifest.json": manifest.subarray(0, 60) }]) {
      expect(await failure(files)).toMatchObject({ code: "truncated" });
      expect((await failure(files)).message).toMatch(/begins as a TensorFlow.js model/);
    }
  });

  it("asks for the files of a manifest alone, and leaves other lists alone", async () => {
    const manifest = writeWeightsManifest([{ weights }])["weights_manifest.json"];
    expect(await failure({ "manifest.json": manifest })).toMatchObject({
      code: "missing-companion-file",
      missingFiles: [SHARD],
    });
    for (const list of [[], [1], [{ boxes: [] }], [[]]]) {
      expect((await failure({ "list.json": json(list) })).code).toBe("unknown-format");
    }
  });
});

describe("malformed manifests", () => {
  const shaped = (shape: unknown) => withWeight({ ...entry, shape });
  const quantized = (quantization: unknown) => withWeight({ ...entry, quantization });

  it.each<[string, Files, ErrorCode]>([
    ["a manifest that is no list", withManifest({ paths: [], weights: [] }), "malformed"],
    ["a group that is none", withManifest([null]), "malformed"],
    ["a group without files", withManifest([{ weights: [entry] }]), "malformed"],
    ["a group without weights", withManifest([{ paths: [SHARD] }]), "malformed"],
    ["weights in no file", withManifest([{ paths: [], weights: [entry] }]), "malformed"],
    ["a file without a name", withManifest([{ paths: [""], weights: [entry] }]), "malformed"],
    [
      "a file listed twice",
      withManifest([{ paths: [SHARD, `./${SHARD}`], weights: [entry] }]),
      "malformed",
    ],
    ["a file that is a number", withManifest([{ paths: [7], weights: [entry] }]), "malformed"],
    ["no weights", withManifest([{ paths: [SHARD], weights: [] }]), "no-weights"],
    ["a weight that is none", withWeight([]), "malformed"],
    ["a weight without a name", withWeight({ shape: [1], dtype: "float32" }), "malformed"],
    ["a name without end", withWeight({ ...entry, name: "a/".repeat(5000) }), "malformed"],
    ["a weight without a shape", shaped(undefined), "malformed"],
    ["a negative length", shaped([3, 3, -1, 2]), "malformed"],
    ["a length that is no number", shaped([3, 3, null, 2]), "malformed"],
    ["a length with a fraction", shaped([3, 3, 0.5, 2]), "malformed"],
    ["a length as text", shaped(["3", 3, 1, 2]), "malformed"],
    ["more entries than can be counted", shaped([2 ** 40, 2 ** 40, 2 ** 40, 1]), "malformed"],
    ["an endless product", shaped(new Array(200).fill(1e300)), "malformed"],
    ["too many axes", shaped(new Array(255).fill(1)), "malformed"],
    ["weights larger than their file", shaped([3, 3, 2 ** 20, 2 ** 20]), "truncated"],
    ["an unknown type", withWeight({ ...entry, dtype: "float4" }), "unsupported"],
    ["a type of JavaScript's own", withWeight({ ...entry, dtype: "constructor" }), "unsupported"],
    ["no type", withWeight({ name: "a", shape: [1] }), "unsupported"],
    ["an unknown quantization", quantized({ dtype: "int4", scale: 1, min: 0 }), "unsupported"],
    ["no scale", quantized({ dtype: "uint8", min: 0 }), "malformed"],
    ["a scale as text", quantized({ dtype: "uint8", scale: "1", min: 0 }), "malformed"],
    ["an infinite minimum", quantized({ dtype: "uint16", scale: 1, min: null }), "malformed"],
    ["a billion texts", withWeight({ name: "a", shape: [1e9], dtype: "string" }), "truncated"],
    [
      "texts that go on for ever",
      withWeight({ name: "a", shape: [3], dtype: "string" }),
      "truncated",
    ],
  ])("%s", async (_, files, code) => {
    const error = await failure(files);
    expect(error.code).toBe(code);
    expect(error.message).toMatch(/^[^\n]+[;,] [^\n]+\.$/);
    expect(error.message).toMatch(/model\.json|group1-shard1of1\.bin/);
  });

  it("refuses more weights, files or texts than any network has, at once", async () => {
    const many = new Array(100_001);
    const start = performance.now();
    const tooMany = [
      withManifest([{ paths: [SHARD], weights: many.fill(entry) }]),
      withManifest([{ paths: new Array(100_001).fill(SHARD), weights: [] }]),
      withManifest(many.fill({ paths: [], weights: [] })),
      {
        ...withWeight({ name: "a", shape: [1_000_001], dtype: "string" }),
        [SHARD]: new Uint8Array(4_000_004),
      },
    ];
    for (const files of tooMany) expect((await failure(files)).code).toBe("too-large");
    expect(performance.now() - start).toBeLessThan(5000);
  });

  it("says where a model in one file has no weights, or none that can be read", async () => {
    const inOneFile = (weightData: unknown, weightSpecs: unknown = [entry]) =>
      failure({ "model.json": json({ modelTopology: topology, weightSpecs, weightData }) });
    expect(await inOneFile(undefined)).toMatchObject({ code: "no-weights" });
    expect(await inOneFile({})).toMatchObject({ code: "no-weights" });
    expect(await inOneFile("AAAA", [])).toMatchObject({ code: "no-weights" });
    expect(await inOneFile("not base64!")).toMatchObject({ code: "malformed" });
    expect(await inOneFile("AAAA")).toMatchObject({ code: "truncated" });
    expect(await inOneFile("AAAA", [7])).toMatchObject({ code: "malformed" });
  });
});

describe("damaged topologies", () => {
  const models = `${'{"config":{"layers":['.repeat(20_000)}${"]}}".repeat(20_000)}`;
  const lists = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;
  const list = [{ paths: [SHARD], weights: [entry] }];

  it.each<[string, unknown]>([
    ["models", { modelTopology: { model_config: "DEEP" }, weightsManifest: list }],
    [
      "a shape",
      { weightsManifest: [{ paths: [SHARD], weights: [{ ...entry, shape: ["DEEP"] }] }] },
    ],
    ["a type", { weightsManifest: [{ paths: [SHARD], weights: [{ ...entry, dtype: "DEEP" }] }] }],
    [
      "inputs",
      { modelTopology: { node: [{ name: "a", op: "B", input: ["DEEP"] }] }, weightsManifest: list },
    ],
    [
      "attributes",
      {
        modelTopology: { node: [{ name: "a", op: "Conv2D", attr: { padding: { s: ["DEEP"] } } }] },
        weightsManifest: list,
      },
    ],
  ])("does not follow %s nested without end", async (_, content) => {
    for (const deep of [models, lists]) {
      const damaged = JSON.stringify(content).replace('"DEEP"', deep);
      const reading = readFiles({ ...whole, "model.json": text(damaged) });
      const thrown = await reading.catch((error: unknown) => error);
      expect(thrown instanceof Error && !(thrown instanceof ConvAtlasError)).toBe(false);
    }
  });

  it("does not compare every nested layer with every weight", async () => {
    const count = 5000;
    const names = Array.from({ length: count }, (_, index) => `conv${index}`);
    const layers = names.map((name) => ({ class_name: "Conv2D", config: { name } }));
    const inner = { class_name: "Sequential", config: { name: "inner", layers } };
    const config = { class_name: "Sequential", config: { name: "outer", layers: [inner] } };
    const manyWeights = names.map((name) => counting(`inner/x${name}/kernel`, 3, 3, 1, 1));
    const error = await failure(writeTfjs({ model_config: config }, [{ weights: manyWeights }]));
    expect(error.code).toBe("too-large");
  });

  it("lists a layer whose weights are not in the manifest, or of another shape", async () => {
    const others = [counting("first/kernel", 3, 3, 2, 5), counting("second/kernel", 3, 3, 1, 2)];
    const { skipped } = await readFiles(writeTfjs(topology, [{ weights: others }]));
    expect(skipped).toEqual([
      { name: "first", reason: "weights do not have the shape of a convolution" },
    ]);
    const without = await readFiles(writeTfjs(topology, [{ weights: [counting("x/kernel", 3)] }]));
    expect(without.skipped).toEqual([{ name: "first", reason: "weights are not in the file" }]);
  });

  it("stops when it is cancelled", async () => {
    const controller = new AbortController();
    controller.abort();
    const reading = tfjsFormat.read({
      source: memorySource("model.json", whole["model.json"]),
      companions: { get: () => memorySource(SHARD, whole[SHARD]), paths: () => [SHARD] },
      onProgress: () => {},
      signal: controller.signal,
    });
    await expect(reading).rejects.toMatchObject({ code: "cancelled" });
  });
});

/** Every place of a JSON value, from the whole to the innermost. */
function placesIn(value: unknown, path: readonly string[] = []): readonly (readonly string[])[] {
  if (typeof value !== "object" || value === null) return [path];
  const inner = Object.entries(value).flatMap(([key, part]) => placesIn(part, [...path, key]));
  return [path, ...inner];
}

/** The value with what stands at `path` replaced. */
function replaced(value: unknown, path: readonly string[], by: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return by;
  const copy = Array.isArray(value) ? [...value] : { ...(value as Record<string, unknown>) };
  Object.assign(copy, { [key]: replaced(Reflect.get(copy, key), rest, by) });
  return copy;
}

describe("a model file with one value replaced", () => {
  const hostile = fc.constantFrom<unknown>(
    null,
    true,
    -1,
    0,
    0.5,
    2 ** 31,
    2 ** 53,
    1e308,
    "",
    "constructor",
    "__proto__",
    [],
    {},
    [[[]]],
    { list: { i: ["9007199254740993"] } },
  );

  it.each(fixtures)("$what", async ({ main, files }) => {
    const given = await files();
    const content: unknown = JSON.parse(new TextDecoder().decode(given[main]));
    const places = placesIn(content);
    await fc.assert(
      fc.asyncProperty(fc.nat(places.length - 1), hostile, async (at, value) => {
        const damaged = { ...given, [main]: json(replaced(content, places[at], value)) };
        try {
          expect(unsoundness(await readFiles(damaged))).toBeNull();
        } catch (thrown) {
          if (!(thrown instanceof ConvAtlasError)) throw thrown;
          expect(thrown.code).not.toBe("internal");
        }
      }),
      { numRuns: RUNS },
    );
  });
});
