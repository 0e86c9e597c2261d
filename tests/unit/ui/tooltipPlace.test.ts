import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { tooltipPlace } from "../../../src/ui/plot/tooltipPlace.ts";

const TOOLTIP = { width: 204, height: 290 };

describe("place of the tooltip", () => {
  test("always inside the picture", () => {
    const side = fc.integer({ min: 300, max: 1600 });
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(side, side, share, share, (width, height, right, down) => {
        const point = { x: right * width, y: down * height };
        const { x, y } = tooltipPlace(point, TOOLTIP, { width, height }, []);
        expect(x).toBeGreaterThanOrEqual(0);
        expect(y).toBeGreaterThanOrEqual(0);
        expect(x + TOOLTIP.width).toBeLessThanOrEqual(width);
        expect(y + TOOLTIP.height).toBeLessThanOrEqual(height);
      }),
    );
  });

  test("never over its own point in a picture with room beside it", () => {
    const picture = { width: 800, height: 480 };
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 800 }),
        fc.integer({ min: 0, max: 480 }),
        (left, top) => {
          const { x, y } = tooltipPlace({ x: left, y: top }, TOOLTIP, picture, []);
          const isOver =
            left > x && left < x + TOOLTIP.width && top > y && top < y + TOOLTIP.height;
          expect(isOver).toBe(false);
        },
      ),
    );
  });

  test("goes to the side where no named mark stands", () => {
    const picture = { width: 800, height: 480 };
    const point = { x: 400, y: 240 };
    const onTheRight = { x: 430, y: 200, width: 120, height: 60 };
    expect(tooltipPlace(point, TOOLTIP, picture, []).x).toBeGreaterThan(point.x);
    const place = tooltipPlace(point, TOOLTIP, picture, [onTheRight]);
    expect(place.x + TOOLTIP.width).toBeLessThan(point.x);
  });
});
