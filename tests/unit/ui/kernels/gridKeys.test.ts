import { expect, test } from "vitest";
import { kernelOfKey, scrolledTo } from "../../../../src/ui/kernels/gridKeys.ts";

const grid = { rows: 3, columns: 4 };

test("keys walk the grid and stop at its edges", () => {
  const from = (kernel: number | null, ...keys: string[]) =>
    keys.map((key) => kernelOfKey(grid, kernel, key));
  expect(from(5, "ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown")).toEqual([4, 6, 1, 9]);
  expect(from(0, "ArrowLeft", "ArrowUp", "End", "PageDown")).toEqual([0, 0, 3, 8]);
  expect(from(11, "ArrowRight", "ArrowDown", "Home", "PageUp")).toEqual([11, 11, 8, 3]);
  expect(from(null, "ArrowDown", "x")).toEqual([0, null]);
});

test("as little is scrolled as brings a stretch in sight", () => {
  expect(scrolledTo(100, 120, 10, 50)).toBe(100);
  expect(scrolledTo(100, 90, 10, 50)).toBe(90);
  expect(scrolledTo(100, 145, 10, 50)).toBe(105);
  expect(scrolledTo(0, -5, 10, 50)).toBe(0);
});
