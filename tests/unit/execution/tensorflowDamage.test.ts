import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ConvAtlasError } from "../../../src/core/errors.ts";
import { readExecutable } from "../../support/executables.ts";
import { type Files, placed } from "../../support/readModel.ts";
import { frozenForm, savedForm, tfjsForm, tfliteForm } from "../../support/runnableUnet.ts";

const FORMS = {
  "frozen graph": frozenForm(false),
  "frozen graph of open size": frozenForm(true),
  SavedModel: savedForm(),
  "TensorFlow.js graph": tfjsForm(),
  "TensorFlow Lite": tfliteForm(),
};

/** The same with some bytes of its graph changed. */
function damaged(files: Files, changes: readonly (readonly [number, number])[]): Files {
  return Object.fromEntries(
    Object.entries(files).map(([path, bytes]) => {
      if (!/\.(pb|json|tflite)$/.test(path)) return [path, bytes];
      const copy = Uint8Array.from(bytes);
      // Other letters would only make the text no JSON.
      for (const [place, byte] of changes) {
        copy[Math.floor(place * copy.length)] = path.endsWith("json") ? 48 + (byte % 10) : byte;
      }
      return [path, copy];
    }),
  );
}

const changes = fc.array(
  fc.tuple(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), fc.nat(255)),
  { minLength: 1, maxLength: 3 },
);

describe.each(Object.entries(FORMS))("a damaged %s", (_, files) => {
  it("is turned into ONNX or refused in words", async () => {
    await fc.assert(
      fc.asyncProperty(changes, async (some) => {
        const built = readExecutable(placed(damaged(files, some))).catch((error: unknown) => error);
        const result = await built;
        if (result instanceof Error) expect(result).toBeInstanceOf(ConvAtlasError);
      }),
      { numRuns: 120 },
    );
  });
});
