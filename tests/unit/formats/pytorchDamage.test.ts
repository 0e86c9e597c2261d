import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ConvAtlasError } from "../../../src/core/errors.ts";
import { NO_COMPANIONS } from "../../../src/core/files/fileSet.ts";
import { pytorchFormat } from "../../../src/core/formats/pytorch.ts";
import { fixtures, optimizerState, stateDict } from "../../support/fixtures/pytorch.ts";
import { join } from "../../support/onnxWriter.ts";
import {
  call,
  dictionary,
  instance,
  int,
  list,
  NONE,
  named,
  opcode,
  ordered,
  pickle,
  REDUCE,
  text,
  tuple,
} from "../../support/pickleWriter.ts";
import { chosen, readFiles } from "../../support/readModel.ts";
import {
  moduleOf,
  numpyArray,
  quantizedTensorOf,
  TorchWriter,
  tensorOf,
  typedTensorOf,
} from "../../support/torchWriter.ts";
import { writeZip } from "../../support/zipWriter.ts";

async function failure(bytes: Uint8Array, name = "model.pt"): Promise<ConvAtlasError> {
  const thrown = await readFiles({ [name]: bytes }).catch((error: unknown) => error);
  if (thrown instanceof ConvAtlasError) return thrown;
  throw new Error(`expected a ConvAtlasError, got ${String(thrown)}`);
}

/** A zip archive whose only weight is this view of nine numbers. */
function withView(
  view: Parameters<typeof tensorOf>[1],
  elements?: number,
): Uint8Array<ArrayBuffer> {
  const writer = new TorchWriter();
  const storage = writer.storage([1, 2, 3, 4, 5, 6, 7, 8, 9], "FloatStorage", elements);
  return writer.zip(ordered({ "conv.weight": tensorOf(storage, view) }));
}

const NINE = { shape: [1, 1, 3, 3] };

describe("tensors that are not in the file", () => {
  it.each<[string, Uint8Array]>([
    ["more numbers than the storage has", withView({ shape: [2, 1, 3, 3] })],
    ["an offset beyond its end", withView({ ...NINE, offset: 1 })],
    ["strides beyond its end", withView({ ...NINE, strides: [9, 9, 6, 2] })],
    ["a size that only the pickle claims", withView({ shape: [1000, 1, 3, 3] }, 9000)],
    ["a shape without end", withView({ shape: [2 ** 40, 2 ** 40, 3, 3] }, 2 ** 50)],
    [
      "a member that is not there",
      (() => {
        const writer = new TorchWriter();
        return writer.zip(stateDict(writer), { without: ["0"] });
      })(),
    ],
    [
      "scales for other channels",
      (() => {
        const writer = new TorchWriter();
        const one = () => writer.tensor([1], [1], "DoubleStorage");
        const quantizer = tuple(named("torch", "per_channel_affine"), one(), one(), int(0));
        const storage = writer.storage(new Array(18).fill(1), "QInt8Storage");
        const weight = quantizedTensorOf(storage, { shape: [2, 1, 3, 3] }, quantizer);
        return writer.zip(ordered({ "conv.weight": weight }));
      })(),
    ],
    ["an array with too few bytes", pickle(list(numpyArray([2, 1, 3, 3], new Float32Array(9))))],
  ])("are refused: %s", async (_, bytes) => {
    const error = await failure(bytes);
    expect(error).toMatchObject({ code: "malformed" });
    expect(error.message).toMatch(/^model\.pt is damaged: “.+; download or copy it again\.$/);
  });

  it.each<[string, readonly number[]]>([
    ["one number, repeated", [0, 0, 0, 0]],
    ["one kernel, repeated", [0, 0, 3, 1]],
    ["rows that overlap", [1, 1, 1, 1]],
  ])("are refused where they are %s", async (_, strides) => {
    const error = await failure(withView({ shape: [2, 2, 3, 3], strides }, 9));
    expect(error.code).toBe("unsupported");
  });

  it("do not matter where they are no kernels", async () => {
    const writer = new TorchWriter();
    const expanded = tensorOf(writer.storage([1]), { shape: [8, 8], strides: [0, 0] });
    const network = await readFiles({
      "a.pt": writer.zip(ordered({ mask: expanded, "conv.weight": writer.counting([1, 1, 3, 3]) })),
    });
    expect(network.parameters).toBe(9);
  });
});

describe("legacy streams", () => {
  const writer = new TorchWriter();
  const whole = writer.stream(stateDict(writer));

  it("say how much of them is missing", async () => {
    const error = await failure(whole.subarray(0, whole.length - 10));
    expect(error).toMatchObject({ code: "truncated" });
    expect(error.message).toContain(`it holds ${whole.length - 10} of ${whole.length} bytes`);
  });

  it("are cut short wherever they are cut", async () => {
    for (let length = 4; length < whole.length; length += 61) {
      expect((await failure(whole.subarray(0, length))).code).toBe("truncated");
    }
  });

  it("are damaged where the counts before the numbers are others", async () => {
    const damaged = new Uint8Array(whole);
    // The first storage, of 72 float32 numbers.
    const at = damaged.findIndex(
      (byte, index) =>
        byte === 72 && damaged.subarray(index + 1, index + 8).every((next) => next === 0),
    );
    damaged[at] = 71;
    expect(await failure(damaged)).toMatchObject({ code: "malformed" });
  });

  it("are damaged where the keys name storages that no tensor has", async () => {
    const other = new TorchWriter();
    other.storage([1]);
    expect(await failure(other.stream(dictionary({})))).toMatchObject({ code: "malformed" });
  });

  it("of another protocol or byte order are refused in words", async () => {
    const other = new TorchWriter();
    const content = stateDict(other);
    expect(await failure(other.stream(content, { protocolVersion: 1002 }))).toMatchObject({
      code: "malformed",
    });
    const big = await failure(other.stream(content, { isLittleEndian: false }));
    expect(big).toMatchObject({ code: "unsupported" });
    expect(big.message).toContain("big-endian");
  });
});

describe("archives", () => {
  it("of a big-endian machine are refused in words", async () => {
    const writer = new TorchWriter();
    const error = await failure(writer.zip(stateDict(writer), { byteOrder: "big" }));
    expect(error).toMatchObject({ code: "unsupported" });
    expect(error.message).toContain("big-endian");
  });

  it("are refused encrypted and cut short", async () => {
    const writer = new TorchWriter();
    const content = stateDict(writer);
    expect((await failure(writer.zip(content, { flags: 1 }))).code).toBe("encrypted");
    const whole = writer.zip(content);
    expect((await failure(whole.subarray(0, whole.length - 30))).code).toBe("truncated");
    expect((await failure(whole.subarray(0, 500))).code).toBe("truncated");
  });

  it("of TorchScript before 1.4 are refused in words", async () => {
    const empty = new Uint8Array(4);
    const error = await failure(
      writeZip({ "m/model.json": empty, "m/tensors/0": empty, "m/code/net.py": empty }),
    );
    expect(error).toMatchObject({ code: "unsupported" });
    expect(error.message).toContain("TorchScript of a PyTorch before 1.4");
  });

  it("of the first months of PyTorch are refused in words", async () => {
    const tar = new Uint8Array(1024);
    tar.set(new TextEncoder().encode("sys_info"));
    tar.set(new TextEncoder().encode("ustar"), 257);
    expect(await failure(tar, "old.pth")).toMatchObject({
      code: "unsupported",
      message: expect.stringContaining("PyTorch of 2016"),
    });
    tar.set(new TextEncoder().encode("model.pth"));
    expect(await failure(tar, "model.pth.tar")).toMatchObject({
      code: "unknown-format",
      message: expect.stringContaining("tar archive; unpack it"),
    });
  });
});

describe("pickles that mislead", () => {
  it.each<[string, (writer: TorchWriter) => Uint8Array]>([
    [
      "a storage of an unknown type",
      () =>
        join(
          tuple(text("storage"), named("torch", "SecretStorage"), text("0"), text("cpu"), int(9)),
          opcode("Q"),
        ),
    ],
    [
      "a storage of a negative size",
      () =>
        join(
          tuple(text("storage"), named("torch", "FloatStorage"), text("0"), text("cpu"), int(-9)),
          opcode("Q"),
        ),
    ],
    ["a negative shape", (writer) => tensorOf(writer.storage([1]), { shape: [-1, 1, 3, 3] })],
    [
      "negative strides",
      (writer) => tensorOf(writer.storage([1]), { shape: [1, 1], strides: [-1, 1] }),
    ],
    [
      "more strides than axes",
      (writer) => tensorOf(writer.storage([1]), { shape: [1, 1], strides: [1] }),
    ],
    [
      "a thousand axes",
      (writer) => tensorOf(writer.storage([1]), { shape: new Array(1000).fill(1) }),
    ],
  ])("are refused: %s", async (_, content) => {
    const writer = new TorchWriter();
    expect(await failure(writer.zip(list(content(writer))))).toMatchObject({ code: "malformed" });
  });

  it("may nest without end, or contain themselves", async () => {
    const writer = new TorchWriter();
    let deep = ordered({ "conv.weight": writer.counting([1, 1, 3, 3]) });
    for (let level = 0; level < 500; level += 1) deep = dictionary({ a: deep });
    expect((await failure(writer.zip(deep))).code).toBe("no-weights");
    let module = moduleOf("nets", "Block", {});
    for (let level = 0; level < 200; level += 1) {
      module = moduleOf("nets", "Block", { modules: { a: module } });
    }
    expect((await failure(new TorchWriter().zip(module))).code).toBe("hidden-weights");
    const cyclic = join(opcode("}"), opcode("q", 0), text("model"), opcode("h", 0), opcode("s"));
    expect((await failure(new TorchWriter().zip(cyclic))).code).toBe("no-weights");
  });

  it("may hold the same lists again and again: each is looked at once", async () => {
    const doubled = join(opcode("2"), opcode("\x86"));
    const bomb = join(opcode("]"), ...new Array(5000).fill(doubled));
    const before = performance.now();
    expect((await failure(new TorchWriter().zip(bomb))).code).toBe("no-weights");
    expect(performance.now() - before).toBeLessThan(2000);
  });

  it("may share one dictionary among thousands of objects: it is read once", async () => {
    const writer = new TorchWriter();
    const entries = Array.from({ length: 2000 }, (_, index) => [`w${index}`, NONE] as const);
    const weights = ordered({
      ...Object.fromEntries(entries),
      weight: writer.counting([1, 1, 3, 3]),
    });
    const state = join(
      dictionary({ _parameters: weights, _modules: ordered({}), param: text("x") }),
      opcode("q", 0),
      opcode("0"),
    );
    const of = (name: string) =>
      join(named("nets", name), opcode(")"), opcode("\x81"), opcode("h", 0), opcode("b"));
    const args = join(named("nets", "make"), tuple(opcode("h", 0)), REDUCE);
    const objects = list(...new Array(5000).fill(of("Net")), ...new Array(5000).fill(args));
    const before = performance.now();
    const network = await readFiles({ "a.pt": writer.zip(join(state, objects)) });
    expect(network.layers).toHaveLength(1);
    expect(performance.now() - before).toBeLessThan(2000);
  });

  it("may rebuild a rebuilder", async () => {
    const rebuild = named("torch._tensor", "_rebuild_from_type_v2");
    const inner = tuple(rebuild, named("a", "B"), tuple(), tuple());
    const error = await failure(
      new TorchWriter().zip(call(rebuild, rebuild, named("a", "B"), inner)),
    );
    expect(error.code).toBe("no-weights");
  });

  it("may give a storage a type that cannot be decoded", async () => {
    const writer = new TorchWriter();
    const weight = typedTensorOf(writer.storage([0, 0, 0, 0], "UntypedStorage"), "complex32", {
      shape: [1, 1],
    });
    const network = await readFiles({
      "a.pt": writer.zip(
        ordered({ "b.weight": weight, "c.weight": writer.counting([1, 1, 3, 3]) }),
      ),
    });
    expect(network.layers).toHaveLength(1);
  });
});

describe("files without weights to read", () => {
  const trap = call(named("posix", "system"), text("touch /tmp/hacked"));

  it.each<[string, string, Uint8Array, RegExp]>([
    ["a trap alone", "not-a-model", pickle(trap), /asks to run posix\.system when Python opens it/],
    [
      "several traps in an archive",
      "not-a-model",
      new TorchWriter().zip(list(trap, call(named("builtins", "eval"), text("1")))),
      /asks to run posix\.system and 1 more function when/,
    ],
    [
      "a trap in the form of protocol 0",
      "not-a-model",
      new TextEncoder().encode("cos\nsystem\n(S'ls'\ntR."),
      /asks to run os\.system/,
    ],
    [
      "a trap by way of a function that is not known",
      "not-a-model",
      pickle(call(named("dill._dill", "_create_function"), text("code"))),
      /asks to run dill\._dill\._create_function/,
    ],
    [
      "a scikit-learn model",
      "not-a-model",
      pickle(instance("sklearn.ensemble._forest", "RandomForestClassifier", { n: int(3) })),
      /object of scikit-learn \(RandomForestClassifier\)/,
    ],
    [
      "a table",
      "not-a-model",
      pickle(instance("pandas.core.frame", "DataFrame", {})),
      /object of pandas \(DataFrame\)/,
    ],
    ["plain data", "not-a-model", pickle(dictionary({ a: int(1) })), /Python data, but no arrays/],
    [
      "objects that hide what they hold",
      "hidden-weights",
      new TorchWriter().zip(instance("secret.net", "Packed", { blob: text("...") })),
      /objects of class secret\.net\.Packed hide them/,
    ],
    ["an empty state dict", "no-weights", new TorchWriter().zip(ordered({})), /no weights/],
    [
      "an optimizer alone",
      "no-weights",
      (() => {
        const writer = new TorchWriter();
        return writer.zip(optimizerState(writer));
      })(),
      /no weights of a network/,
    ],
  ])("%s: %s", async (_, code, bytes, sentence) => {
    const error = await failure(bytes);
    expect(error).toMatchObject({ code });
    expect(error.message).toMatch(sentence);
  });

  it("a pickle that is damaged near its start is named as one", async () => {
    const error = await failure(Uint8Array.of(0x80, 2, 0x7d, 0x71, 0, 0xff, 0xff, 0, 0));
    expect(error).toMatchObject({ code: "malformed" });
    expect(error.message).toContain("begins as a Python pickle");
  });
});

describe("any damage", () => {
  const codes = new Set([
    "truncated",
    "malformed",
    "unsupported",
    "no-weights",
    "hidden-weights",
    "not-a-model",
    "missing-companion-file",
    "encrypted",
    "too-large",
    "unknown-format",
    "empty-file",
  ]);

  it.each(fixtures.map(({ what, main, files }) => [what, main, files] as const))(
    "gives a network or a plain refusal: %s",
    async (_, main, files) => {
      const whole = (await files())[main];
      const change = fc.tuple(fc.nat(whole.length - 1), fc.nat(255));
      await fc.assert(
        fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 6 }), async (changes) => {
          const damaged = new Uint8Array(whole);
          for (const [at, byte] of changes) damaged[at] = byte;
          const outcome = await readFiles({ [main]: damaged }).catch((error: unknown) => error);
          if (!(outcome instanceof Error)) return;
          expect(outcome, outcome.stack).toBeInstanceOf(ConvAtlasError);
          if (outcome instanceof ConvAtlasError) expect(codes).toContain(outcome.code);
        }),
        { numRuns: 60 },
      );
    },
  );

  it("is left at once when the person cancels", async () => {
    const writer = new TorchWriter();
    const { source } = await chosen("a.pt", writer.zip(stateDict(writer)));
    const signal = AbortSignal.abort();
    await expect(
      pytorchFormat.read({ source, companions: NO_COMPANIONS, onProgress: () => {}, signal }),
    ).rejects.toMatchObject({ code: "cancelled" });
  });
});
