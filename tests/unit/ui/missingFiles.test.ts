import { describe, expect, test } from "vitest";
import {
  answersRequest,
  isAskedAgain,
  withAddedFiles,
} from "../../../src/ui/files/missingFiles.ts";
import type { PickedFile } from "../../../src/worker/protocol.ts";

function picked(path: string, content = path, lastModified = 1): PickedFile {
  const name = path.split("/").at(-1) ?? path;
  return { path, file: new File([content], name, { lastModified }) };
}

describe("missing files", () => {
  test("are recognised by their names, whatever folder they are asked for in", () => {
    const weights = [picked("weights.bin")];
    expect(answersRequest(weights, ["parts/weights.bin"])).toBe(true);
    expect(answersRequest(weights, ["parts\\weights.bin"])).toBe(true);
    expect(answersRequest(weights, ["weights.data"])).toBe(false);
    expect(answersRequest(weights, [])).toBe(false);
  });

  test("are not looked for in a folder that is a model of its own", () => {
    const asked = ["variables.index", "variables.data-00000-of-00001"];
    const parts = asked.map((name) => picked(`other/variables/${name}`));
    expect(answersRequest(parts, asked)).toBe(true);
    expect(answersRequest([picked("other/saved_model.pb"), ...parts], asked)).toBe(false);
  });

  test("join the files of the attempt that lacked them", () => {
    const model = picked("unet/model.json");
    const weights = picked("1.bin");
    expect(withAddedFiles([model], [weights])).toEqual([model, weights]);
  });

  test("take the place of the same path, and of the same file without its folder", () => {
    const cut = picked("1.bin", "cu", 1);
    const whole = picked("1.bin", "whole", 2);
    expect(withAddedFiles([cut], [whole])).toEqual([whole]);
    const loose = picked("model.json", "same");
    const placed = picked("unet/model.json", "same");
    expect(withAddedFiles([loose], [placed])).toEqual([placed]);
  });

  test("that are other files of the same name are both kept", () => {
    const one = picked("a/1.bin", "one");
    const other = picked("b/1.bin", "another");
    expect(withAddedFiles([one], [other])).toEqual([one, other]);
  });

  test("are asked for again only if none of them came", () => {
    expect(isAskedAgain(["a", "b"], ["b", "a"])).toBe(true);
    expect(isAskedAgain(["a", "b"], ["b"])).toBe(false);
    expect(isAskedAgain(["a"], ["b"])).toBe(false);
    expect(isAskedAgain([], [])).toBe(false);
  });
});
