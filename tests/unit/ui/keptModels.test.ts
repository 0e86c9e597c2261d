import { describe, expect, test } from "vitest";
import { createKeptModels, MOST_KEPT } from "../../../src/ui/state/keptModels.ts";
import { fakeIndexedDb } from "./fakeIndexedDb.ts";
import { picked } from "./fakePage.ts";

function consent(stored = new Map<string, string>()) {
  return {
    getItem: (key: string) => stored.get(key) ?? null,
    setItem: (key: string, value: string) => void stored.set(key, value),
    removeItem: (key: string) => void stored.delete(key),
  };
}

const forbidden = {
  getItem(): never {
    throw new DOMException("no", "SecurityError");
  },
  setItem(): never {
    throw new DOMException("no", "SecurityError");
  },
  removeItem(): never {
    throw new DOMException("no", "SecurityError");
  },
};

const model = (name: string) => ({ sha256: `hash of ${name}`, name, bytes: 10 });

/** Storage that works, and a clock that ticks at every look. */
function working() {
  let time = 0;
  const database = fakeIndexedDb();
  const storage = consent();
  const kept = createKeptModels(database.factory, storage, () => ++time);
  return { kept, database, storage };
}

describe("models that were kept", () => {
  test("nothing is kept before the person agrees", async () => {
    const { kept, database } = working();
    expect(kept.isAllowed()).toBe(false);
    expect(await kept.keep(model("a"), [picked("a.onnx")])).toBe(false);
    expect(await kept.list()).toEqual([]);
    expect(await kept.open("hash of a")).toBeNull();
    expect(database.opened).toBe(0);
  });

  test("are listed latest first, and come back with their files and folders", async () => {
    const { kept } = working();
    expect(await kept.allow(true)).toBe(true);
    const files = [picked("unet/model.json"), picked("unet/weights.bin")];
    expect(await kept.keep(model("a"), files)).toBe(true);
    expect(await kept.keep(model("b"), [picked("b.onnx")])).toBe(true);
    expect((await kept.list()).map(({ name, bytes, openedAt }) => [name, bytes, openedAt])).toEqual(
      [
        ["b", 10, 2],
        ["a", 10, 1],
      ],
    );
    expect(await kept.open("hash of a")).toEqual(files);
    expect(await kept.open("another")).toBeNull();
  });

  test("one that is opened again moves to the top and stays one", async () => {
    const { kept } = working();
    await kept.allow(true);
    for (const name of ["a", "b", "a"]) await kept.keep(model(name), [picked(name)]);
    expect((await kept.list()).map(({ name }) => name)).toEqual(["a", "b"]);
  });

  test("the oldest go where there are too many", async () => {
    const { kept } = working();
    await kept.allow(true);
    for (let at = 0; at < MOST_KEPT + 2; at++) await kept.keep(model(`m${at}`), [picked("x")]);
    const names = (await kept.list()).map(({ name }) => name);
    expect(names).toHaveLength(MOST_KEPT);
    expect(names).toContain("m2");
    expect(names).not.toContain("m1");
  });

  test("one can be forgotten, and all are when the agreement ends", async () => {
    const { kept, storage } = working();
    await kept.allow(true);
    for (const name of ["a", "b", "c"]) await kept.keep(model(name), [picked(name)]);
    await kept.forget("hash of b");
    expect((await kept.list()).map(({ name }) => name)).toEqual(["c", "a"]);
    await kept.allow(false);
    expect(await kept.list()).toEqual([]);
    expect(storage.getItem("convatlas-keep-models")).toBeNull();
    // Agreeing once more finds nothing of before.
    await kept.allow(true);
    expect(await kept.list()).toEqual([]);
  });
});

describe("storage that fails", () => {
  test("a full one keeps nothing, says so, and leaves the others", async () => {
    const { kept, database } = working();
    await kept.allow(true);
    await kept.keep(model("small"), [picked("small")]);
    database.isFull = true;
    expect(await kept.keep(model("large"), [picked("large")])).toBe(false);
    expect(kept.notKept()).toBe("large");
    expect((await kept.list()).map(({ name }) => name)).toEqual(["small"]);
    database.isFull = false;
    expect(await kept.keep(model("other"), [picked("other")])).toBe(true);
    expect(kept.notKept()).toBeNull();
  });

  test("what was not kept is forgotten with the agreement", async () => {
    const { kept, database } = working();
    await kept.allow(true);
    database.isFull = true;
    await kept.keep(model("large"), [picked("large")]);
    await kept.allow(false);
    await kept.allow(true);
    expect(kept.notKept()).toBeNull();
  });

  test("a database that cannot be opened is as none", async () => {
    const { kept, database } = working();
    await kept.allow(true);
    database.isBroken = true;
    expect(await kept.keep(model("a"), [picked("a")])).toBe(false);
    expect(await kept.list()).toEqual([]);
    expect(await kept.open("hash of a")).toBeNull();
    await kept.forget("hash of a");
    expect(await kept.allow(false)).toBe(true);
  });

  test.each([
    ["no database", undefined, consent()],
    ["no other storage", fakeIndexedDb().factory, undefined],
    ["forbidden storage", fakeIndexedDb().factory, forbidden],
  ])("%s: nobody can agree, and nothing breaks", async (_, factory, storage) => {
    const kept = createKeptModels(factory, storage);
    expect(await kept.allow(true)).toBe(false);
    expect(kept.isAllowed()).toBe(false);
    expect(await kept.keep(model("a"), [picked("a")])).toBe(false);
    expect(await kept.list()).toEqual([]);
    expect(await kept.open("hash of a")).toBeNull();
    expect(kept.notKept()).toBeNull();
    await kept.allow(false);
  });
});
