import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  isInside,
  leaderOf,
  overlap,
  placeLabels,
  spreadCentres,
} from "../../../src/ui/figures/labelPlacement.ts";

const FRAME = { x: 0, y: 0, width: 300, height: 240 };

describe("placeLabels", () => {
  test("the line of a moved label passes through no other label where there is room", () => {
    // A row of points whose names are wider than the gaps: most names must move.
    const requests = [0, 1, 2, 3, 4, 5].map((at) => ({
      x: 90 + 22 * at,
      y: 120,
      width: 70,
      height: 14,
      clearance: 9,
    }));
    const placed = placeLabels(requests, FRAME);
    placed.forEach((label, at) => {
      if (label?.moved !== true) return;
      const { fromX, fromY, toX, toY } = leaderOf(requests[at], label.box);
      placed.forEach((other, index) => {
        if (other === null || index === at) return;
        for (let share = 0; share <= 1; share += 0.01) {
          const x = fromX + share * (toX - fromX);
          const y = fromY + share * (toY - fromY);
          expect(overlap({ x, y, width: 0, height: 0 }, other.box)).toBe(false);
        }
      });
    });
    expect(placed.some((label) => label?.moved)).toBe(true);
  });

  test("labels never overlap and never leave the frame, wherever the points are", () => {
    const point = fc.record({
      x: fc.integer({ min: 0, max: 300 }),
      y: fc.integer({ min: 0, max: 240 }),
    });
    fc.assert(
      fc.property(fc.array(point, { minLength: 6, maxLength: 6 }), (points) => {
        const requests = points.map((at) => ({ ...at, width: 70, height: 14, clearance: 9 }));
        const placed = placeLabels(requests, FRAME);
        expect(placed).not.toContain(null);
        const boxes = placed.flatMap((label) => (label === null ? [] : [label.box]));
        boxes.forEach((box, at) => {
          expect(isInside(box, FRAME)).toBe(true);
          for (const other of boxes.slice(at + 1)) expect(overlap(box, other)).toBe(false);
        });
        expect(placeLabels(requests, FRAME)).toEqual(placed);
      }),
      { numRuns: 200 },
    );
  });

  test("six points at one place: one name stands beside it, the others get lines", () => {
    const requests = Array.from({ length: 6 }, () => ({
      x: 150,
      y: 120,
      width: 90,
      height: 14,
      clearance: 9,
    }));
    const moved = placeLabels(requests, FRAME).map((label) => label?.moved);
    expect(moved[0]).toBe(false);
    expect(moved.filter((at) => at).length).toBeGreaterThanOrEqual(1);
    expect(moved).not.toContain(undefined);
  });

  test("a label that fits nowhere is left out, not forced", () => {
    expect(placeLabels([{ x: 10, y: 10, width: 400, height: 14, clearance: 5 }], FRAME)).toEqual([
      null,
    ]);
  });
});

test("spreadCentres keeps order, distance and bounds", () => {
  const centres = spreadCentres([200, 200, 10, 199], 16, 0, 210);
  const sorted = [...centres].sort((a, b) => a - b);
  sorted.slice(1).forEach((at, index) => {
    expect(at - sorted[index]).toBeGreaterThanOrEqual(16 - 1e-9);
  });
  expect(sorted[0]).toBeGreaterThanOrEqual(0);
  expect(sorted.at(-1)).toBeLessThanOrEqual(210);
  expect(centres[2]).toBe(10);
  expect(centres[3]).toBeLessThan(centres[0]);
});
