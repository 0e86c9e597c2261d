import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  boxOutline,
  MOST_CORNERS,
  outlineInPlot,
  simplifiedOutline,
} from "../../../src/ui/plot/outline.ts";
import { withPicked } from "../../../src/ui/plot/pickedKernels.ts";
import { isInside } from "../../support/isInside.ts";

function star(corners: number, wobble: (at: number) => number): readonly number[] {
  return Array.from({ length: corners }).flatMap((_, at) => {
    const angle = (2 * Math.PI * at) / corners;
    return [wobble(at) * Math.cos(angle), wobble(at) * Math.sin(angle)];
  });
}

describe("outline", () => {
  test("a circle of many points keeps few, and encloses the same", () => {
    const circle = star(1000, () => 1);
    const outline = simplifiedOutline(circle) ?? [];
    expect(outline.length / 2).toBeLessThanOrEqual(MOST_CORNERS);
    expect(outline.length / 2).toBeGreaterThan(12);
    for (let x = -1.2; x <= 1.2; x += 0.05) {
      for (let y = -1.2; y <= 1.2; y += 0.05) {
        if (Math.abs(Math.hypot(x, y) - 1) < 0.01) continue;
        expect(isInside(x, y, outline)).toBe(isInside(x, y, circle));
      }
    }
  });

  test("any scribble ends with at most as many corners as asked for, all of them its own", () => {
    const point = fc.tuple(
      fc.integer({ min: -1000, max: 1000 }),
      fc.integer({ min: -1000, max: 1000 }),
    );
    fc.assert(
      fc.property(
        fc.array(point, { minLength: 0, maxLength: 400 }),
        fc.integer({ min: 3, max: 64 }),
        (points, most) => {
          const outline = simplifiedOutline(points.flat(), most);
          if (outline === null) return;
          expect(outline.length).toBeGreaterThanOrEqual(6);
          expect(outline.length).toBeLessThanOrEqual(2 * most);
          const known = new Set(points.map(([x, y]) => `${x} ${y}`));
          for (let at = 0; at < outline.length; at += 2) {
            expect(known).toContain(`${outline[at]} ${outline[at + 1]}`);
          }
        },
      ),
    );
  });

  test("a box keeps its four corners whichever way it was drawn; a line encloses nothing", () => {
    const box = [-1, -2, 3, -2, 3, 4, -1, 4];
    expect(boxOutline([3, -1], [4, -2])).toEqual(box);
    expect(simplifiedOutline(box)).toEqual(box);
    expect(simplifiedOutline([0, 0, 1, 1, 2, 2, 3, 3])).toBeNull();
    expect(simplifiedOutline([1, 1, 1, 1, 1, 1])).toBeNull();
    expect(simplifiedOutline([])).toBeNull();
  });

  test("lies in plots of its own axes alone, mirrored where they are", () => {
    const polygon = [0, 1, 2, 3, 4, 5];
    const group = { kind: "region", layer: "a", axes: [0, 2], polygon } as const;
    expect(outlineInPlot(group, "a", [0, 2])).toEqual(polygon);
    expect(outlineInPlot(group, "a", [2, 0])).toEqual([1, 0, 3, 2, 5, 4]);
    expect(outlineInPlot(group, "a", [0, 1])).toBeNull();
    expect(outlineInPlot(group, "b", [0, 2])).toBeNull();
    expect(outlineInPlot({ kind: "cluster", layer: "a", cluster: 0 }, "a", [0, 2])).toBeNull();
    expect(outlineInPlot(null, "a", [0, 2])).toBeNull();
  });
});

describe("kernels picked one by one", () => {
  const nothing = { layer: "a", kernel: null, group: null };

  test("come in and go again; the last one leaves nothing", () => {
    const one = withPicked(nothing, "a", 7);
    expect(one).toEqual({ kind: "kernels", layer: "a", kernels: [7] });
    const two = withPicked({ ...nothing, group: one }, "a", 3);
    expect(two).toEqual({ kind: "kernels", layer: "a", kernels: [3, 7] });
    expect(withPicked({ ...nothing, group: two }, "a", 7)).toMatchObject({ kernels: [3] });
    expect(withPicked({ ...nothing, group: one }, "a", 7)).toBeNull();
  });

  test("the selected kernel comes along with the first pick of its layer", () => {
    const selected = { layer: "a", kernel: 5, group: null };
    expect(withPicked(selected, "a", 2)).toMatchObject({ kernels: [2, 5] });
    expect(withPicked(selected, "a", 5)).toMatchObject({ kernels: [5] });
    expect(withPicked(selected, "b", 2)).toMatchObject({ layer: "b", kernels: [2] });
  });

  test("a pick in another layer, or beside another kind of group, begins anew", () => {
    const group = { kind: "kernels", layer: "a", kernels: [1, 2] } as const;
    expect(withPicked({ layer: "a", kernel: null, group }, "b", 4)).toMatchObject({ kernels: [4] });
    const cluster = { kind: "cluster", layer: "a", cluster: 1 } as const;
    expect(withPicked({ layer: "a", kernel: 9, group: cluster }, "a", 4)).toMatchObject({
      kernels: [4],
    });
  });
});
