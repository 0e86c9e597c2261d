import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ByteSource } from "../../../src/core/bytes/byteSource.ts";
import { memorySource } from "../../../src/core/bytes/memorySource.ts";
import { ConvAtlasError } from "../../../src/core/errors.ts";
import { runPickle } from "../../../src/core/formats/pickle/pickleMachine.ts";
import { PickleStream } from "../../../src/core/formats/pickle/pickleStream.ts";
import { looksLikePickle } from "../../../src/core/formats/pickle/recognise.ts";
import { STANDARD_CONSTRUCTORS } from "../../../src/core/formats/pickle/standardConstructors.ts";
import {
  PickledBytes,
  PickledDictionary,
  PickledGlobal,
  PickledObject,
  PickledSequence,
  type PickledValue,
} from "../../../src/core/formats/pickle/values.ts";
import { join } from "../../support/onnxWriter.ts";
import {
  bytes,
  call,
  int,
  list,
  MARK,
  NONE,
  named,
  opcode,
  pickle,
  REDUCE,
  STOP,
  text,
  tuple,
  uint32,
} from "../../support/pickleWriter.ts";

const PICKLES: Readonly<Record<string, string>> = JSON.parse(
  readFileSync("tests/fixtures/pickles.json", "utf8"),
);

function pythonPickle(protocol: string): Uint8Array {
  return new Uint8Array(Buffer.from(PICKLES[protocol], "base64"));
}

async function load(source: ByteSource | Uint8Array) {
  const calls: string[] = [];
  const stream = new PickleStream(
    source instanceof Uint8Array ? memorySource("file.pkl", source) : source,
  );
  const value = await runPickle(stream, {
    constructors: STANDARD_CONSTRUCTORS,
    persistent: (id) => new PickledSequence("tuple", ["persistent", id]),
    onCall: ({ path }) => calls.push(path),
    onIndirectCall: ({ path }) => calls.push(`${path}(...)`),
  });
  return { value, calls, position: stream.position };
}

async function failure(content: Uint8Array): Promise<ConvAtlasError> {
  const thrown = await load(content).catch((error: unknown) => error);
  if (thrown instanceof ConvAtlasError) return thrown;
  throw new Error(`expected a ConvAtlasError, got ${String(thrown)}`);
}

/** As plain JavaScript, to compare. */
function plain(value: PickledValue): unknown {
  if (value instanceof PickledSequence) return { [value.type]: value.items.map(plain) };
  if (value instanceof PickledDictionary) {
    return Object.fromEntries([...value.entries].map(([key, inner]) => [key, plain(inner)]));
  }
  if (value instanceof PickledBytes) {
    return value.place instanceof Uint8Array ? [...value.place] : value.place;
  }
  if (value instanceof PickledGlobal) return value.path;
  if (value instanceof PickledObject)
    return { of: value.type?.path, states: value.states.map(plain) };
  return value;
}

const list_ = (...items: unknown[]) => ({ list: items });
const tuple_ = (...items: unknown[]) => ({ tuple: items });

describe("pickles of CPython", () => {
  it.each(Object.keys(PICKLES))("reads every kind of value in protocol %s", async (protocol) => {
    const { value } = await load(pythonPickle(protocol));
    expect(plain(value)).toEqual({
      text: "plain, é€😀, a\nb\\u0041",
      bytes: [0, 10, 92, 255],
      integers: list_(
        ...[0, 1, 255, 256, 65535, 65536, -1, 2 ** 31 - 1, -(2 ** 31), 2 ** 40, -(2 ** 40)],
      ),
      "long integers": list_(2n ** 70n, -(2n ** 70n)),
      floats: list_(0.5, -1e300, 1e-7, Number.POSITIVE_INFINITY),
      truth: tuple_(true, false, null),
      tuples: tuple_(tuple_(), tuple_(1), tuple_(1, 2), tuple_(1, 2, 3), tuple_(1, 2, 3, 4)),
      nested: { a: list_({ b: tuple_() }) },
      sets: list_({ set: [7] }, { set: [8] }),
      ordered: { x: 1, y: 2 },
      default: { z: list_(3) },
      shared: list_(list_(1, 2), list_(1, 2)),
      object: { of: "argparse.Namespace", states: [{ stride: 2, name: "conv" }] },
      "long list": list_(...Array.from({ length: 1500 }, (_, index) => index)),
    });
    const shared = value instanceof PickledDictionary ? value.entries.get("shared") : null;
    const items = shared instanceof PickledSequence ? shared.items : [];
    expect(items[0]).toBe(items[1]);
  });

  it.each(Object.keys(PICKLES))("is cut short wherever protocol %s is cut", async (protocol) => {
    const whole = pythonPickle(protocol);
    for (let length = 0; length < whole.length; length += 97) {
      expect((await failure(whole.subarray(0, length))).code).toBe("truncated");
    }
  });
});

describe("the stream", () => {
  it("reads on across the borders of its parts", async () => {
    const long = "x".repeat(300_000);
    const items = Array.from({ length: 5000 }, (_, index) => text(`${index}`));
    const content = join(Uint8Array.of(0x80, 2), list(text(long), ...items), STOP);
    const { value, position } = await load(join(content, text("what follows")));
    const found = value instanceof PickledSequence ? value.items : [];
    expect(found[0]).toBe(long);
    expect(found.slice(1)).toEqual(items.map((_, index) => `${index}`));
    expect(position).toBe(content.length);
  });

  it("does not read long bytes, which are arrays", async () => {
    let fetched = 0;
    const head = opcode("B", ...uint32(100_000_000));
    const end = head.length + 100_000_000;
    const source: ByteSource = {
      name: "large.pkl",
      byteLength: end + 1,
      async slice(start, stop) {
        fetched += stop - start;
        const part = new Uint8Array(stop - start);
        head.forEach((byte, at) => {
          if (at >= start && at < stop) part[at - start] = byte;
        });
        if (end >= start && end < stop) part[end - start] = 0x2e;
        return part;
      },
    };
    const { value } = await load(source);
    expect(value).toMatchObject({ byteLength: 100_000_000, place: { start: 5, end } });
    expect(fetched).toBeLessThan(100_000);
  });

  it("keeps text of Python 2 as text where it is some, else as bytes", async () => {
    const old = (...content: number[]) => opcode("U", content.length, ...content);
    const { value } = await load(pickle(list(old(0x61, 0xc3, 0xa9), old(0x61, 0xff))));
    expect(plain(value)).toEqual(list_("aé", [0x61, 0xff]));
  });
});

describe("calls", () => {
  it("are records, whatever they ask for", async () => {
    const { value, calls } = await load(
      pickle(call(named("posix", "system"), text("touch /tmp/hacked"))),
    );
    expect(calls).toEqual(["posix.system"]);
    expect(value).toBeInstanceOf(PickledObject);
    expect(value).toMatchObject({ args: ["touch /tmp/hacked"], states: [] });
  });

  it("are seen in every form that a class can be called in", async () => {
    const lines = new TextEncoder().encode("a\nInst\n");
    const { calls } = await load(
      pickle(
        list(
          join(MARK, int(1), opcode("i"), lines),
          join(MARK, named("b", "Obj"), int(1), opcode("o")),
          join(named("c", "New"), tuple(), opcode("\x81")),
          join(named("d", "Keywords"), tuple(), opcode("}"), opcode("\x92")),
          join(text("e"), text("Stack"), opcode("\x93"), tuple(), REDUCE),
        ),
      ),
    );
    expect(calls).toEqual(["a.Inst", "b.Obj", "c.New", "d.Keywords", "e.Stack"]);
  });

  it("of what a call gave are records too", async () => {
    const inner = call(named("operator", "attrgetter"), text("system"));
    const { value, calls } = await load(pickle(call(inner, named("os", "path"))));
    expect(value).toMatchObject({ type: null });
    expect(calls).toEqual(["operator.attrgetter", "operator.attrgetter(...)"]);
  });

  it("give names of Python 2 as those of Python 3", async () => {
    const { calls } = await load(pickle(call(named("__builtin__", "eval"), text("1"))));
    expect(calls).toEqual(["builtins.eval"]);
  });

  it("hand persistent ids to the rules, in text and in binary", async () => {
    const line = join(opcode("P"), new TextEncoder().encode("key\n"));
    const { value } = await load(pickle(list(line, join(int(5), opcode("Q")))));
    expect(plain(value)).toEqual(list_(tuple_("persistent", "key"), tuple_("persistent", 5)));
  });
});

describe("damaged and hostile pickles", () => {
  it.each<[string, Uint8Array]>([
    ["an opcode that there is none of", Uint8Array.of(0x80, 2, 0xff)],
    ["a stop without a value", pickle(new Uint8Array(0))],
    ["a value taken from an empty stack", pickle(REDUCE)],
    ["a value from below a mark", pickle(join(int(1), MARK, opcode("\x85")))],
    ["a tuple without a mark", pickle(opcode("t"))],
    ["a memo entry that was never put", pickle(opcode("h", 7))],
    ["items for a number", pickle(join(int(1), int(2), opcode("a")))],
    ["entries for a list", pickle(join(opcode("]"), int(1), int(2), opcode("s")))],
    ["an odd number of entries", pickle(join(opcode("}"), MARK, int(1), opcode("u")))],
    [
      "an integer of a million digits",
      pickle(opcode("\x8b", ...uint32(1000), ...new Uint8Array(1000))),
    ],
    ["a number that is none", pickle(join(opcode("I"), new TextEncoder().encode("12x\n")))],
    ["a string without quotes", pickle(join(opcode("S"), new TextEncoder().encode("abc\n")))],
    ["a name that is no text", pickle(join(int(1), int(2), opcode("\x93")))],
  ])("refuses %s", async (_, content) => {
    const error = await failure(content);
    expect(error).toMatchObject({ code: "malformed" });
    expect(error.message).toMatch(/^file\.pkl is damaged: .*; download or copy it again\.$/);
  });

  it("believes no length beyond the end of the file", async () => {
    for (const head of [
      opcode("X", ...uint32(2 ** 32 - 1)),
      opcode("\x8d", ...uint32(0), ...uint32(2 ** 20)),
      opcode("\x8e", ...uint32(2 ** 31), ...uint32(0)),
      opcode("\x95", ...uint32(2 ** 31), ...uint32(0)),
      opcode("\x8b", ...uint32(2 ** 31)),
    ]) {
      expect((await failure(pickle(head))).code).toBe("truncated");
    }
  });

  it("stops a pickle that would fill the memory with empty lists", async () => {
    const before = performance.now();
    const error = await failure(join(opcode("("), new Uint8Array(5_000_000).fill(0x5d)));
    expect(error).toMatchObject({ code: "too-large" });
    expect(performance.now() - before).toBeLessThan(5000);
  });

  it("stops a pickle that copies a long list again and again", async () => {
    const long = join(opcode("]"), MARK, ...new Array(100_000).fill(NONE), opcode("e"));
    const copy = join(named("builtins", "set"), opcode("h", 0), opcode("\x85"), REDUCE);
    const content = pickle(list(join(long, opcode("q", 0)), ...new Array(1000).fill(copy)));
    expect(await failure(content)).toMatchObject({ code: "too-large" });
  });

  it("takes doubled references for what they are", async () => {
    // Each tuple holds the one before twice: 2 ** 10000 leaves in 30 kB.
    const doubled = join(opcode("2"), opcode("\x86"));
    const { value } = await load(pickle(join(int(1), ...new Array(10_000).fill(doubled))));
    expect(value).toBeInstanceOf(PickledSequence);
  });

  it("holds a list that contains itself", async () => {
    const cyclic = join(opcode("]"), opcode("q", 0), opcode("h", 0), opcode("a"));
    const { value } = await load(pickle(cyclic));
    expect(value instanceof PickledSequence && value.items[0]).toBe(value);
  });

  it("gives a value or a plain refusal for any bytes", async () => {
    const codes = new Set(["malformed", "truncated", "too-large"]);
    const whole = pythonPickle("2");
    const damaged = fc
      .array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 8 })
      .map((changes) => {
        const copy = new Uint8Array(whole);
        for (const [at, byte] of changes) copy[at] = byte;
        return copy;
      });
    await fc.assert(
      fc.asyncProperty(fc.oneof(damaged, fc.uint8Array({ maxLength: 200 })), async (content) => {
        const outcome = await load(content).catch((error: unknown) => error);
        if (outcome instanceof Error) {
          expect(outcome).toBeInstanceOf(ConvAtlasError);
          expect(codes).toContain(outcome instanceof ConvAtlasError ? outcome.code : "");
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe("recognition", () => {
  const looks = (content: Uint8Array | string) =>
    looksLikePickle(
      memorySource("x", typeof content === "string" ? new TextEncoder().encode(content) : content),
    );

  it.each(Object.keys(PICKLES))("knows protocol %s", async (protocol) => {
    expect(await looks(pythonPickle(protocol))).toBe(true);
  });

  it("knows a signed pickle that is cut short", async () => {
    expect(await looks(pythonPickle("4").subarray(0, 60))).toBe(true);
  });

  it.each([
    "",
    "N",
    "N.B. this is no pickle.",
    "Note.",
    "I am a text.",
    "(c) 2024 by the authors.",
    "None of these words is a pickle.",
    "]\n}",
    "l = 3\n",
    "version https://git-lfs.github.com/spec/v1\n",
    '{"format": "layers-model"}',
    "# name, value\n1, 2\n",
    "<!DOCTYPE html>",
    "import os\nos.system('ls')\n",
    "x\n".repeat(2_000_000),
    "S".repeat(3_000_000),
  ])("does not take text for one (%#)", async (content) => {
    expect(await looks(content)).toBe(false);
  });

  it.each<[string, readonly number[]]>([
    ["HDF5", [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a]],
    ["PNG", [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0]],
    ["a bitmap", [0x42, 0x4d, 0x36, 0x10, 0, 0, 0, 0, 0, 0, 0x36, 0]],
    ["gzip", [0x1f, 0x8b, 8, 0]],
    ["NumPy", [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0]],
    ["safetensors", [0x28, 1, 0, 0, 0, 0, 0, 0, 0x7b]],
    ["zeros", [0, 0, 0, 0]],
  ])("does not take %s for one", async (_, content) => {
    expect(await looks(join(Uint8Array.from(content), new Uint8Array(5000)))).toBe(false);
  });

  it("does not take bytes that only begin like one", async () => {
    expect(await looks(Uint8Array.of(0x80, 2, 0xff, 0, 1, 2, 3))).toBe(false);
    expect(await looks(join(Uint8Array.of(0x80, 9), bytes(Uint8Array.of(1))))).toBe(false);
  });
});
