import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type Direction,
  directionOfKey,
  kernelNearestTo,
  mostTypicalKernel,
  nextKernel,
} from "../../../src/ui/plot/cursor.ts";
import { axesPlane, FIRST_AXES } from "../../../src/ui/plot/scorePlane.ts";
import { sketchedAnalysis } from "../figures/analysisFixture.ts";

const PLANE = axesPlane(FIRST_AXES);

/** Scores of kernels at places in the plane; the third score is never looked at. */
function scoresAt(...places: readonly (readonly [number, number])[]): Float32Array {
  return Float32Array.from(places.flatMap(([first, second]) => [first, second, 99]));
}

const OPPOSITE: Readonly<Record<Direction, Direction>> = {
  left: "right",
  right: "left",
  up: "down",
  down: "up",
};

describe("cursor", () => {
  test("each arrow goes to the neighbour on that side", () => {
    const scores = scoresAt([0, 0], [1, 0], [-1, 0], [0, 1], [0, -1]);
    expect(nextKernel(scores, 0, "right", PLANE)).toBe(1);
    expect(nextKernel(scores, 0, "left", PLANE)).toBe(2);
    expect(nextKernel(scores, 0, "up", PLANE)).toBe(3);
    expect(nextKernel(scores, 0, "down", PLANE)).toBe(4);
  });

  test("nothing that way, and kernels without a place, are passed over", () => {
    const scores = scoresAt([0, 0], [Number.NaN, Number.NaN], [-1, 0]);
    expect(nextKernel(scores, 0, "right", PLANE)).toBeNull();
    expect(nextKernel(scores, 2, "right", PLANE)).toBe(0);
  });

  test("a kernel ahead wins over a nearer one aside", () => {
    const scores = scoresAt([0, 0], [1, 1.5], [2, 0]);
    expect(nextKernel(scores, 0, "right", PLANE)).toBe(2);
  });

  test("the kernel found lies on the side asked for", () => {
    const place = fc.tuple(fc.integer({ min: -50, max: 50 }), fc.integer({ min: -50, max: 50 }));
    const direction = fc.constantFrom<Direction>("left", "right", "up", "down");
    fc.assert(
      fc.property(fc.array(place, { minLength: 1, maxLength: 30 }), direction, (places, way) => {
        const scores = scoresAt(...places);
        const found = nextKernel(scores, 0, way, PLANE);
        if (found === null) return;
        const [dx, dy] = [places[found][0] - places[0][0], places[found][1] - places[0][1]];
        const ahead = { left: -dx, right: dx, up: dy, down: -dy }[way];
        expect(ahead).toBeGreaterThan(0);
        expect(nextKernel(scores, found, OPPOSITE[way], PLANE)).not.toBeNull();
      }),
    );
  });

  test("starts at the kernel nearest to the middle", () => {
    expect(kernelNearestTo(scoresAt([5, 5], [1, 0], [-3, 0]), 0, 0, PLANE)).toBe(1);
    expect(kernelNearestTo(scoresAt([Number.NaN, 0]), 0, 0, PLANE)).toBeNull();
  });

  test("only arrows are directions", () => {
    expect(directionOfKey("ArrowUp")).toBe("up");
    expect(directionOfKey("a")).toBeNull();
  });
});

describe("the most typical kernel", () => {
  test("is the one nearest to the mean of the finite ones", () => {
    const analysis = sketchedAnalysis([
      { name: "a", role: "other", side: 8, kernels: 120, notFinite: 7 },
    ]);
    const [layer] = analysis.layers;
    const rows = Array.from({ length: 120 }, (_, kernel) => [
      ...layer.kernels.subarray(9 * kernel, 9 * kernel + 9),
    ]);
    const finite = rows.filter((row) => row.every(Number.isFinite));
    const mean = rows[0].map((_, at) => finite.reduce((sum, row) => sum + row[at], 0) / 113);
    const distances = rows.map((row) => Math.hypot(...row.map((entry, at) => entry - mean[at])));
    const least = Math.min(...distances.filter(Number.isFinite));
    expect(mostTypicalKernel(layer)).toBe(distances.indexOf(least));
  });

  test("is none where no kernel is finite", () => {
    const analysis = sketchedAnalysis([
      { name: "a", role: "other", side: 8, kernels: 2, notFinite: 2 },
    ]);
    expect(mostTypicalKernel(analysis.layers[0])).toBeNull();
  });
});

test("the cursor walks the plane that is seen", () => {
  const scores = Float32Array.from([0, 0, 0, 1, 0, -5, 0, 0, 3]);
  expect(nextKernel(scores, 0, "up", axesPlane([0, 2]))).toBe(2);
  expect(nextKernel(scores, 0, "right", axesPlane([2, 0]))).toBe(2);
  expect(nextKernel(scores, 0, "left", axesPlane([2, 0]))).toBe(1);
});
