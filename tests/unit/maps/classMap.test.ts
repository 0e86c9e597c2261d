import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type ClassMap,
  classAreas,
  largestChannels,
  meanDice,
  NO_CLASS,
  namedClasses,
  pixelsOfClass,
  type RightAnswer,
} from "../../../src/core/maps/classMap.ts";

const { NaN: NAN } = Number;

describe("the class of each pixel", () => {
  it("is its largest channel, the first of equal ones, and none without a number", () => {
    const values = Float32Array.of(0.2, 0.4, NAN, NAN, 0.8, 0.4, -1, NAN);
    const { classes, numbers } = largestChannels({ channels: 2, values });
    expect(classes).toBe(2);
    expect([...numbers]).toEqual([1, 0, 1, NO_CLASS]);
  });

  it("is found below zero and at infinity as well", () => {
    const values = Float32Array.of(-5, Number.NEGATIVE_INFINITY, -4, Number.NEGATIVE_INFINITY);
    expect([...largestChannels({ channels: 2, values }).numbers]).toEqual([1, 0]);
  });

  it("is the whole number that one channel names", () => {
    const { classes, numbers } = namedClasses(Float32Array.of(0, 3, 1.5, -1, NAN));
    expect(classes).toBe(4);
    expect([...numbers]).toEqual([0, 3, NO_CLASS, NO_CLASS, NO_CLASS]);
    expect(namedClasses(Float32Array.of(NAN)).classes).toBe(0);
    expect([...pixelsOfClass({ classes, numbers }, 3)]).toEqual([0, 1, 0, 0, 0]);
  });
});

/** A picture of up to four classes, and a mask of up to three labels that stand for some of them. */
const anyAnswer = fc
  .record({
    size: fc.integer({ min: 1, max: 40 }),
    numbers: fc.array(fc.integer({ min: NO_CLASS, max: 3 }), { minLength: 40, maxLength: 40 }),
    labels: fc.array(fc.constantFrom(0, 85, 170), { minLength: 40, maxLength: 40 }),
    labelOf: fc.array(fc.constantFrom(null, 0, 85, 170, 255), { minLength: 4, maxLength: 4 }),
    leftOut: fc.constantFrom(null, 85, 170, 255),
  })
  .map(({ size, numbers, labels, labelOf, leftOut }) => ({
    own: { classes: 4, numbers: Int32Array.from(numbers.slice(0, size)) },
    right: { labels: Float32Array.from(labels.slice(0, size)), labelOf, leftOut },
  }));

/** Slow and obvious: lists of pixels. */
function slowAreas({ classes, numbers }: ClassMap, { labels, labelOf, leftOut }: RightAnswer) {
  const pixels = [...numbers.keys()];
  return Array.from({ length: classes }, (_, number) => {
    const a = pixels.filter((pixel) => numbers[pixel] === number);
    const b = pixels.filter((pixel) => labels[pixel] === labelOf[number]);
    const both = a.filter((pixel) => b.includes(pixel)).length;
    // Asked for, it counts like any other label.
    const isCounted = (pixel: number) => labels[pixel] !== leftOut || labelOf[number] === leftOut;
    const either = a.filter(isCounted).length + b.length;
    const isKnown = labelOf[number] !== null && either > 0;
    return { number, share: a.length / pixels.length, dice: isKnown ? (2 * both) / either : null };
  });
}

describe("the areas of classes", () => {
  it("are those of plain lists of pixels", () => {
    fc.assert(
      fc.property(anyAnswer, ({ own, right }) => {
        expect(classAreas(own, right)).toEqual(slowAreas(own, right));
      }),
    );
  });

  it("agree with themselves wholly, and with nothing where nothing is known", () => {
    fc.assert(
      fc.property(anyAnswer, ({ own }) => {
        const same = {
          labels: Float32Array.from(own.numbers),
          labelOf: [0, 1, 2, 3],
          leftOut: null,
        };
        for (const { share, dice } of classAreas(own, same))
          expect(dice).toBe(share > 0 ? 1 : null);
        for (const { dice } of classAreas(own, null)) expect(dice).toBeNull();
      }),
    );
  });

  it("are of pictures of one size", () => {
    const own = { classes: 1, numbers: Int32Array.of(0, 0) };
    const right = { labels: Float32Array.of(0), labelOf: [0], leftOut: null };
    expect(() => classAreas(own, right)).toThrow(RangeError);
  });

  it("have a mean without the background and without what is not known", () => {
    const area = (number: number, dice: number | null) => ({ number, share: 0, dice });
    expect(meanDice([area(0, 0.1), area(1, 0.5), area(2, null), area(3, 1)])).toBe(0.75);
    expect(meanDice([area(0, 1), area(1, null)])).toBeNull();
  });
});
