import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { kernelNumbers, kernelPlace, numbersOfRows } from "../../../../src/ui/table/kernelRows.ts";
import { sortedRows, sortKey } from "../../../../src/ui/table/sortRows.ts";

/** The last value of a generator. */
function finished<T>(steps: Generator<void, T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** The obvious sort: a stable one, NaN last. */
function slowlySorted(values: readonly number[], descending: boolean): number[] {
  return [...values.keys()].sort((a, b) => {
    const [one, other] = [Math.fround(values[a]), Math.fround(values[b])];
    if (Number.isNaN(one) || Number.isNaN(other)) {
      return Number(Number.isNaN(one)) - Number(Number.isNaN(other)) || a - b;
    }
    if (one === other) return a - b;
    return one < other === descending ? 1 : -1;
  });
}

const number = fc.oneof(
  fc.float(),
  fc.constantFrom(0, -0, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1, -1),
);

describe("sorting rows", () => {
  test("agrees with a plain stable sort, in both directions, across layers", () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(number, { maxLength: 40 }), { minLength: 1, maxLength: 4 }),
        fc.boolean(),
        (layers, descending) => {
          const numbers = kernelNumbers({
            layers: layers.map(({ length }) => ({ kernelCount: length })) as never,
          });
          const values = layers.flat();
          const rows = Uint32Array.from(values.keys());
          const sorted = finished(
            sortedRows(rows, numbers, (layer) => (kernel) => layers[layer][kernel], descending),
          );
          expect([...sorted]).toEqual(slowlySorted(values, descending));
          expect([...rows]).toEqual([...values.keys()]);
        },
      ),
    );
  });

  test("gives the page a turn at least every 32,768 rows", () => {
    const count = 300_000;
    const numbers = kernelNumbers({ layers: [{ kernelCount: count }] as never });
    const steps = sortedRows(
      Uint32Array.from({ length: count }, (_, at) => at),
      numbers,
      () => (kernel) => Math.sin(kernel),
      false,
    );
    let turns = 0;
    while (!steps.next().done) turns++;
    // Keys and three passes.
    expect(turns).toBeGreaterThanOrEqual(4 * Math.floor(count / 32_768));
  });

  test("keys keep the order of numbers", () => {
    expect(sortKey(-0, false)).toBe(sortKey(0, false));
    expect(sortKey(Number.NaN, true)).toBe(sortKey(Number.NaN, false));
    expect(sortKey(-2, false)).toBeLessThan(sortKey(-1, false));
    expect(sortKey(-2, true)).toBeGreaterThan(sortKey(1, true));
  });
});

describe("rows that pass a filter", () => {
  test("are found in steps, however few of them there are", () => {
    const count = 300_000;
    const numbers = kernelNumbers({ layers: [{ kernelCount: count }] as never });
    const source = { layers: [0], members: () => null };
    const steps = numbersOfRows(source, numbers, () => (kernel) => kernel === 7);
    let turns = 0;
    for (;;) {
      const step = steps.next();
      if (!step.done) {
        turns++;
        continue;
      }
      expect([...step.value]).toEqual([7]);
      break;
    }
    expect(turns).toBeGreaterThanOrEqual(Math.floor(count / 32_768));
  });
});

describe("kernel numbers", () => {
  test("lead back to layer and kernel, past layers without kernels", () => {
    const numbers = kernelNumbers({
      layers: [{ kernelCount: 2 }, { kernelCount: 0 }, { kernelCount: 3 }] as never,
    });
    const places = [0, 1, 2, 3, 4].map((number) => kernelPlace(numbers, number));
    expect(places).toEqual([
      { layer: 0, kernel: 0 },
      { layer: 0, kernel: 1 },
      { layer: 2, kernel: 0 },
      { layer: 2, kernel: 1 },
      { layer: 2, kernel: 2 },
    ]);
  });
});
