import { expect } from "vitest";
import { isInside, overlap } from "../../../src/ui/figures/labelPlacement.ts";
import { type Picture, toSvgText } from "../../../src/ui/figures/svg.ts";
import { SMALLEST_FONT_SIZE } from "../../../src/ui/figures/text.ts";
import { allNodes, textBoxes } from "./pictureText.ts";

/** What holds for every picture: readable text, apart, inside; well-formed; no junk numbers. */
export function expectReadable(picture: Picture): void {
  const frame = { x: 0, y: 0, width: picture.width, height: picture.height };
  const boxes = textBoxes(picture.node);
  expect(boxes.filter((box) => !isInside(box, frame)).map(({ text }) => text)).toEqual([]);
  const clashes = boxes.flatMap((box, at) =>
    boxes.slice(at + 1).flatMap((other) => (overlap(box, other) ? [[box.text, other.text]] : [])),
  );
  expect(clashes).toEqual([]);
  for (const { tag, attributes } of allNodes(picture.node)) {
    if (tag === "text") {
      expect(Number(attributes["font-size"])).toBeGreaterThanOrEqual(SMALLEST_FONT_SIZE);
    }
    for (const [name, value] of Object.entries(attributes)) {
      if (typeof value === "number") expect(Number.isFinite(value)).toBe(true);
      // Words for screen readers may well say that a weight is NaN.
      else if (name !== "aria-label") expect(value).not.toMatch(/NaN|undefined|Infinity/);
    }
  }
  expect(toSvgText(picture.node)).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" /);
}
