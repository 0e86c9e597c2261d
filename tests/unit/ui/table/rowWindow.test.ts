import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  firstShowing,
  HIGHEST_PX,
  isCondensed,
  rowWindow,
  shareOfFirst,
} from "../../../../src/ui/table/rowWindow.ts";

const measures = (rows: number) => ({ rows, rowHeight: 36, headHeight: 48, viewHeight: 520 });

describe("rows in sight", () => {
  test("the first at the top, the last at the end, none beyond", () => {
    for (const rows of [1, 5, 13, 14, 5136, 3_800_000]) {
      const top = rowWindow(measures(rows), 0);
      const end = rowWindow(measures(rows), 1);
      expect(top.first).toBe(0);
      expect(end.first + end.count).toBe(rows);
      expect(end.height).toBeLessThanOrEqual(HIGHEST_PX);
    }
    expect(isCondensed(measures(200_000))).toBe(false);
    expect(isCondensed(measures(3_800_000))).toBe(true);
  });

  test("every row of millions can be the first one, at a whole pixel of the bar", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 14, max: 6_000_000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (rows, share) => {
          const of = measures(rows);
          const wanted = Math.round(share * (rows - rowWindow(of, 0).count));
          const { height } = rowWindow(of, 0);
          const longest = height - of.viewHeight;
          const pixel = Math.round(shareOfFirst(of, wanted) * longest);
          expect(rowWindow(of, longest > 0 ? pixel / longest : 0).first).toBe(wanted);
        },
      ),
    );
  });

  test("moves as little as can be to show a row", () => {
    const window = { first: 10, count: 5, height: 0 };
    expect([9, 10, 14, 15].map((row) => firstShowing(window, row))).toEqual([9, 10, 10, 11]);
  });
});
