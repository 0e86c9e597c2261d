import { describe, expect, it } from "vitest";
import { channelPicture, colourPicture } from "../../../src/ui/lab/drawOutput.ts";
import type { OutputChoice } from "../../../src/ui/lab/labState.ts";
import { readingOf } from "../../../src/ui/lab/outputReading.ts";
import { markedSentence } from "../../../src/ui/lab/outputWords.ts";
import { drawnFor, waysOf } from "../../../src/ui/lab/waysToDraw.ts";
import type { Maps } from "../../../src/worker/lab/protocol.ts";

function maps(channels: number, ...values: readonly number[]): Maps {
  const width = values.length / channels;
  return { channels, height: 1, width, values: Float32Array.from(values) };
}

const CHOICE: OutputChoice = {
  ...{ name: "out", channel: 0, threshold: 0.5, showsSigmoid: false },
  ...{ marks: "threshold", classNumber: 1 },
};

function greys(picture: ReturnType<typeof channelPicture>): readonly number[] {
  return [...picture.pixels.data].filter((_, at) => at % 4 === 0);
}

describe("an output as a picture", () => {
  it("of probabilities has their whole scale, however faint they are", () => {
    const output = maps(1, 0, 0.1, 0.2);
    const picture = channelPicture(output, CHOICE, readingOf(output));
    expect(picture.window).toEqual({ low: 0, high: 1 });
    expect(greys(picture)).toEqual([0, 26, 51]);
  });

  it("of other values goes from the lowest to the highest of its channel", () => {
    const output = maps(2, -100, 100, -2, 6);
    const picture = channelPicture(output, { ...CHOICE, channel: 1 }, readingOf(output));
    expect(picture.window).toEqual({ low: -2, high: 6 });
    expect(greys(picture)).toEqual([0, 255]);
  });

  it("of logits after a sigmoid is one of probabilities", () => {
    const output = maps(1, -40, 0, 40);
    const picture = channelPicture(output, { ...CHOICE, showsSigmoid: true }, readingOf(output));
    expect(picture.window).toEqual({ low: 0, high: 1 });
    expect(greys(picture)).toEqual([0, 128, 255]);
  });

  it("of three channels has colours, clipped where the network overshoots", () => {
    const output = maps(3, -0.1, 1, 0.5, 0, 1.1, 0);
    const { pixels, window } = colourPicture(output, readingOf(output));
    expect(window).toEqual({ low: 0, high: 1 });
    expect([...pixels.data]).toEqual([0, 128, 255, 255, 255, 0, 0, 255]);
  });

  it("is shown in the way that is chosen, or in the nearest that it has", () => {
    expect(drawnFor("colours", ["marked", "image", "values", "colours"])).toBe("colours");
    expect(drawnFor("colours", ["marked", "image", "values"])).toBe("values");
    expect(drawnFor("classes", ["marked", "image", "values"])).toBe("marked");
  });

  it("has classes where each pixel is of one of several", () => {
    const hasClasses = (output: Maps, marks: OutputChoice["marks"]) =>
      waysOf(output.channels, readingOf(output), { marks }).includes("classes");
    const softmax = maps(3, 0.2, 0.5, 0.3, 0.4, 0.5, 0.1);
    expect(hasClasses(softmax, "largest")).toBe(true);
    expect(hasClasses(softmax, "threshold")).toBe(false);
    expect(hasClasses(maps(3, -5, 2, 9, 4, 3, 1), "largest")).toBe(true);
    // Sigmoids may overlap, pictures have colours, and of two classes one is what the other is not.
    expect(hasClasses(maps(3, 0.9, 0.5, 0.8, 0.4, 0.5, 0.1), "largest")).toBe(false);
    expect(hasClasses(maps(2, 0.2, 0.5, 0.8, 0.5), "largest")).toBe(false);
    expect(hasClasses(maps(1, 0, 1, 2), "threshold")).toBe(true);
    expect(hasClasses(maps(1, 0, 1, 2), "named")).toBe(true);
  });
});

describe("how much is marked", () => {
  const output = maps(2, 0.2, 0.1, 0.4, 0.3);
  const reading = readingOf(output);

  it("is told in percent, with the class where there are several", () => {
    expect(markedSentence({ share: 0.295, output: maps(1, 1), reading }, CHOICE)).toBe(
      "The network marks 29.5 % of the image.",
    );
    expect(markedSentence({ share: 0.004, output, reading }, { ...CHOICE, channel: 1 })).toBe(
      "For class 1 the network marks 0.4 % of the image.",
    );
  });

  it("of nothing says how far it is from being marked", () => {
    expect(markedSentence({ share: 0, output, reading }, CHOICE)).toBe(
      "For class 0 the network marks nothing here: the largest value of its output is 0.2.",
    );
    const logits = maps(1, -3, -8);
    const ofLogits = { share: 0, output: logits, reading: readingOf(logits) };
    expect(markedSentence(ofLogits, { ...CHOICE, showsSigmoid: true })).toMatch(/is 0\.0474\.$/);
    expect(markedSentence({ share: 0, output, reading }, { ...CHOICE, marks: "largest" })).toBe(
      "For class 0 the network marks nothing here: other classes are larger everywhere; most of the image is class 1.",
    );
  });

  it("of a class that is named by its number is told by that number", () => {
    const named = maps(1, 0, 2, 2, 2);
    const looked = { ...CHOICE, marks: "named", classNumber: 2 } as const;
    expect(markedSentence({ share: 0.75, output: named, reading: readingOf(named) }, looked)).toBe(
      "For class 2 the network marks 75.0 % of the image.",
    );
    expect(
      markedSentence(
        { share: 0, output: named, reading: readingOf(named) },
        { ...looked, classNumber: 1 },
      ),
    ).toBe("For class 1 the network marks nothing here: it names no pixel so.");
  });
});
