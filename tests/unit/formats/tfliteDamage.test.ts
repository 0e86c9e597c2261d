import { describe, expect, it } from "vitest";
import { memorySource } from "../../../src/core/bytes/memorySource.ts";
import { ConvAtlasError } from "../../../src/core/errors.ts";
import { NO_COMPANIONS } from "../../../src/core/files/fileSet.ts";
import { tfliteFormat } from "../../../src/core/formats/tflite.ts";
import { SeededRandom } from "../../../src/core/random/seededRandom.ts";
import { damage } from "../../fuzz/damage.ts";
import { fixtures } from "../../support/fixtures/tflite.ts";
import {
  type FlatFields,
  flatBuffer,
  int32,
  int32Vector,
  tables,
  text,
  uint64,
} from "../../support/flatBufferWriter.ts";
import { floatBytes, join } from "../../support/onnxWriter.ts";
import { readAs } from "../../support/readModel.ts";
import { unsoundness } from "../../support/soundNetwork.ts";
import { floats, oneConvolution, smallUNetFile } from "../../support/tfliteModels.ts";
import { CODE, convolutionOptions, writeTflite } from "../../support/tfliteWriter.ts";

const read = (bytes: Uint8Array) => readAs(tfliteFormat, memorySource("model.tflite", bytes));

const sound = oneConvolution(floats("w", [1, 3, 3, 1]));

/** A model of hand-written tables. */
const model = (fields: FlatFields) => flatBuffer("TFL3", fields);

/** The sound model with its one operator, its weights or its map changed. */
const changed = {
  operator: (parts: object) =>
    writeTflite([{ ...sound, operators: [{ ...sound.operators[0], ...parts }] }]),
  weight: (parts: object) =>
    writeTflite([
      {
        ...sound,
        tensors: sound.tensors.map((one, at) => (at === 1 ? { ...one, ...parts } : one)),
      },
    ]),
};

/** A subgraph whose list of tensors names one and the same table again and again. */
function repeatedTable(count: number, name = ""): Uint8Array {
  const subgraph = { 0: tables([{ 0: int32Vector([1]), 3: text(name) }]) };
  const bytes = model({ 2: tables([subgraph]), 4: tables([{}]) });
  const view = new DataView(bytes.buffer);
  const follow = (place: number) => place + view.getUint32(place, true);
  const field = (at: number, number: number) =>
    at + view.getUint16(at - view.getInt32(at, true) + 4 + 2 * number, true);
  const graph = follow(follow(field(follow(0), 2)) + 4);
  const place = field(graph, 0);
  const target = follow(follow(place) + 4);
  view.setUint32(place, bytes.length - place, true);
  const list = new DataView(new ArrayBuffer(4 + 4 * count));
  list.setUint32(0, count, true);
  // Offsets only lead forward, so that a copy of the table and of what it needs follows.
  const end = bytes.length + list.byteLength;
  for (let at = 0; at < count; at += 1) {
    list.setUint32(4 + 4 * at, end + target - (bytes.length + 4 + 4 * at), true);
  }
  return join(bytes, new Uint8Array(list.buffer), bytes);
}

describe("damaged files", () => {
  const whole = smallUNetFile();
  it.each([12, 100, 1000, 2000, whole.length - 3000, whole.length - 5])(
    "says that a file of %d bytes is cut short",
    async (length) => {
      await expect(read(whole.subarray(0, length))).rejects.toMatchObject({
        code: "truncated",
        message: expect.stringMatching(/is cut short: it holds \d+ of at least \d+ bytes/),
      });
    },
  );

  it.each<[string, Uint8Array, RegExp]>([
    ["no subgraph", model({ 0: int32(3) }), /it holds no network/],
    [
      "no root",
      join(new Uint8Array(4).fill(0xff), new TextEncoder().encode("TFL3")),
      /no such file/,
    ],
    [
      "a table that is its own list of fields",
      join(Uint8Array.of(8, 0, 0, 0), new TextEncoder().encode("TFL3"), new Uint8Array(16)),
      /no valid list of fields/,
    ],
    ["an operator of no kind", model({ 2: tables([{ 3: tables([{}]) }]) }), /does not list/],
    ["inputs that are not there", changed.operator({ inputs: [0, 9] }), /tensor that it does not/],
    ["outputs that are not there", changed.operator({ outputs: [-2] }), /tensor that it does not/],
    ["no strides", changed.operator({ options: { 0: int32(0) } }), /the strides of its layer/],
    [
      "a dilation of zero",
      changed.operator({ options: convolutionOptions({ dilation: 0 }) }),
      /the dilations of its layer/,
    ],
    ["a negative axis", changed.weight({ shape: [1, -3, 3, 1] }), /impossible shape/],
    ["too many axes", changed.weight({ shape: new Array(40).fill(1) }), /impossible shape/],
    [
      "more elements than can be counted",
      changed.weight({ shape: new Array(4).fill(2 ** 30) }),
      /impossible shape/,
    ],
    ["a shape larger than its numbers", changed.weight({ shape: [2, 3, 3, 1] }), /as many numbers/],
    ["too few numbers", changed.weight({ data: floatBytes([1, 2]) }), /as many numbers/],
  ])("refuses %s", async (_, bytes, message) => {
    await expect(read(bytes)).rejects.toMatchObject({
      code: "malformed",
      message: expect.stringMatching(message),
    });
  });

  it.each<[string, number, string]>([
    ["the end of the file", 1_000_000, "truncated"],
    ["the end of any file", 2 ** 60, "malformed"],
  ])("refuses weights beyond %s", async (_, offset, code) => {
    const tensors = [
      { 0: int32Vector([1, 8, 8, 1]) },
      { 0: int32Vector([1, 3, 3, 1]), 2: int32(1) },
      { 0: int32Vector([1, 8, 8, 1]) },
    ];
    const operator = { 1: int32Vector([0, 1]), 2: int32Vector([2]) };
    const bytes = model({
      1: tables([{ 3: int32(CODE.conv2d) }]),
      2: tables([{ 0: tables(tensors), 1: int32Vector([0]), 3: tables([operator]) }]),
      4: tables([{}, { 1: uint64(offset), 2: uint64(36) }]),
    });
    await expect(read(bytes)).rejects.toMatchObject({ code });
  });

  it("refuses lists that name one table a million times, at once", async () => {
    const start = performance.now();
    await expect(read(repeatedTable(1_000_000))).rejects.toMatchObject({ code: "too-large" });
    expect(performance.now() - start).toBeLessThan(5000);
    const long = "model/conv/Conv2D;".repeat(3000);
    await expect(read(repeatedTable(2000, long))).rejects.toMatchObject({ code: "too-large" });
    await expect(read(repeatedTable(10))).resolves.toMatchObject({ layers: [] });
  });

  it("stops when it is cancelled", async () => {
    const controller = new AbortController();
    controller.abort();
    const reading = tfliteFormat.read({
      source: memorySource("model.tflite", whole),
      companions: NO_COMPANIONS,
      onProgress: () => {},
      signal: controller.signal,
    });
    await expect(reading).rejects.toMatchObject({ code: "cancelled" });
  });

  it("never fails in any other way, whatever is damaged", async () => {
    const subjects = await Promise.all(
      fixtures.map(async ({ files }) => Object.values(await files())[0]),
    );
    for (let seed = 1; seed <= 400; seed += 1) {
      const bytes = subjects[seed % subjects.length];
      try {
        expect(unsoundness(await read(damage(bytes, new SeededRandom(seed), whole)))).toBeNull();
      } catch (error) {
        if (!(error instanceof ConvAtlasError)) throw error;
        expect(error.code).not.toBe("internal");
      }
    }
  });
});
