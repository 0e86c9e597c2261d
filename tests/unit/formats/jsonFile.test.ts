import { describe, expect, it } from "vitest";
import type { ByteSource } from "../../../src/core/bytes/byteSource.ts";
import { memorySource } from "../../../src/core/bytes/memorySource.ts";
import { ConvAtlasError } from "../../../src/core/errors.ts";
import { readJsonList, readJsonObject } from "../../../src/core/formats/json/jsonFile.ts";

const file = (text: string) => memorySource("a.json", new TextEncoder().encode(text));

describe("JSON files", () => {
  it("tells objects, lists and other content apart", async () => {
    expect(await readJsonObject(file(' \n{"a": 1}'))).toEqual({ a: 1 });
    expect(await readJsonObject(file("\uFEFF{}"))).toEqual({});
    expect(await readJsonList(file("[1]"))).toEqual([1]);
    for (const text of ["", "[1]", '{"a": ', "null", "{} {}", "PK\u0003\u0004"]) {
      expect(await readJsonObject(file(text))).toBeNull();
    }
    expect(await readJsonList(file("{}"))).toBeNull();
  });

  it("says that a file cannot be read, and reads it when it can", async () => {
    const whole = file('{"a": 1}');
    let reads = 0;
    const source: ByteSource = {
      ...whole,
      slice: (start, end) => {
        reads += 1;
        // Its head can be read, then it is gone for a moment.
        return reads === 2
          ? Promise.reject(new ConvAtlasError("unreadable", "a.json can no longer be read."))
          : whole.slice(start, end);
      },
    };
    await expect(readJsonObject(source)).rejects.toMatchObject({ code: "unreadable" });
    expect(await readJsonObject(source)).toEqual({ a: 1 });
    expect(await readJsonList(source)).toBeNull();
    expect(reads).toBe(4);
  });
});
