import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { EXECUTABLE_FORMATS } from "../../../src/core/execution/registry.ts";
import { FORMAT_NAMES } from "../../../src/core/formats/formatNames.ts";
import { readExecutable } from "../../support/executables.ts";
import { placed } from "../../support/readModel.ts";

it("knows every format that can be read", () => {
  expect(Object.keys(EXECUTABLE_FORMATS).sort()).toEqual(Object.keys(FORMAT_NAMES).sort());
});

describe("files that hold no graph to run", () => {
  it.each([
    ["brain-unet.safetensors", /holds weights alone.*torch\.onnx\.export/],
    ["brain-unet.npz", /holds weights alone.*export that as ONNX/],
    ["brain-unet.pt", /holds weights alone.*torch\.onnx\.export/],
    ["brain-unet-module.pt", /holds weights alone.*torch\.onnx\.export/],
    ["brain-unet-torchscript.pt", /TorchScript.*torch\.onnx\.export/],
  ])("%s says what to do", async (name, sentence) => {
    const files = placed({ [name]: readFileSync(`tests/fixtures/samples/${name}`) });
    const refusal = expect(readExecutable(files)).rejects;
    await refusal.toMatchObject({
      code: "cannot-run",
      message: expect.stringMatching(new RegExp(`^${name}.*${sentence.source}`)),
    });
  });
});
