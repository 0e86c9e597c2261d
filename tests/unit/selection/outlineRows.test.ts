import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { OutlineRows } from "../../../src/core/selection/outlineRows.ts";
import { isInside } from "../../support/isInside.ts";

describe("outline in rows", () => {
  test("says what the even-odd rule says of every point, also on corners and sides", () => {
    // Few different numbers: corners meet, sides lie level, points lie on both.
    const entry = fc.oneof(
      fc.integer({ min: -4, max: 4 }),
      fc.double({ min: -4, max: 4, noNaN: true }),
    );
    const polygon = fc
      .array(fc.tuple(entry, entry), { minLength: 3, maxLength: 70 })
      .map((corners) => corners.flat());
    const points = fc.array(fc.tuple(entry, entry), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(polygon, points, (corners, places) => {
        const outline = new OutlineRows(corners);
        for (const [x, y] of places) {
          expect(outline.contains(x, y)).toBe(isInside(x, y, corners));
        }
      }),
    );
  });

  test("holds nothing without a place, and nothing at all if it has no corners or no height", () => {
    const square = new OutlineRows([0, 0, 1, 0, 1, 1, 0, 1]);
    expect(square.contains(0.5, 0.5)).toBe(true);
    expect(square.contains(Number.NaN, 0.5)).toBe(false);
    expect(square.contains(0.5, Number.NaN)).toBe(false);
    expect(new OutlineRows([]).contains(0, 0)).toBe(false);
    expect(new OutlineRows([0, 2, 5, 2, 3, 2]).contains(3, 2)).toBe(false);
  });
});
