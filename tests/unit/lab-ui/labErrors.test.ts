import { describe, expect, it } from "vitest";
import { ConvAtlasError } from "../../../src/core/errors.ts";
import { labErrorOf, labNextStep, mayPass, mayRunAgain } from "../../../src/ui/lab/labErrors.ts";

describe("what can be done about an error of the lab", () => {
  it("is to try again where the next time may be another", () => {
    for (const code of ["unreadable", "too-large", "internal"] as const) {
      expect([mayPass(code), mayRunAgain(code)]).toEqual([true, true]);
    }
    // A network that is refused stays refused; ONNX Runtime that has stopped starts anew.
    expect([mayPass("cannot-run"), mayRunAgain("cannot-run")]).toEqual([false, true]);
    for (const code of ["bad-setting", "malformed", "not-an-image"] as const) {
      expect([mayPass(code), mayRunAgain(code)]).toEqual([false, false]);
    }
  });

  it("speaks of images and runs, not of opening models", () => {
    expect(labNextStep("too-large")).toMatch(/smaller image or input size/);
    expect(labNextStep("malformed")).toMatch(/Another image/);
    expect(labNextStep("cannot-run")).toBe("");
    expect(labNextStep("bad-setting")).toMatch(/Change the setting back/);
  });

  it("keeps code, sentence and details of whatever was thrown", () => {
    expect(labErrorOf(new ConvAtlasError("too-large", "Too large.", "17 GiB"))).toEqual({
      ...{ code: "too-large", message: "Too large.", details: "17 GiB" },
    });
    expect(labErrorOf("odd")).toMatchObject({ code: "internal", details: "odd" });
  });
});
