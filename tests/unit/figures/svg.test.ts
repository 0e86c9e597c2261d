import { describe, expect, test } from "vitest";
import { shortNumber, svg, svgRoot, toSvgText } from "../../../src/ui/figures/svg.ts";

describe("toSvgText", () => {
  test("escapes text and attributes", () => {
    const node = svg("text", { "aria-label": 'a"b<c>&' }, "1 < 2 & 3 > 2");
    expect(toSvgText(node)).toBe(
      '<text xmlns="http://www.w3.org/2000/svg" aria-label="a&quot;b&lt;c&gt;&amp;">1 &lt; 2 &amp; 3 &gt; 2</text>',
    );
  });

  test("replaces characters that XML forbids, keeps all others", () => {
    const text = toSvgText(svg("text", {}, "a\u0000b\u0007c\ud800d \u00D7 \u{1F9E0}"));
    expect(text).toContain(">a\uFFFDb\uFFFDc\uFFFDd \u00D7 \u{1F9E0}<");
  });

  test("a hostile layer name cannot leave its place", () => {
    const text = toSvgText(svg("g", {}, svg("title", {}, "</title><script>alert(1)</script>")));
    expect(text).not.toContain("<script");
  });

  test("rounds numbers and leaves out what is undefined", () => {
    const node = svg("rect", { x: 1 / 3, y: -0.0001, width: undefined, height: 2 });
    expect(node.attributes).not.toHaveProperty("width");
    expect(toSvgText(node)).toContain(' x="0.33" y="0" height="2"/>');
  });

  test("states the namespace once, at the root", () => {
    const text = toSvgText(svgRoot(10, 20, {}, svg("svg", { x: 1 })));
    expect(text.match(/xmlns/g)).toHaveLength(1);
    expect(text).toContain('viewBox="0 0 10 20"');
  });
});

test("shortNumber never writes what a path cannot hold", () => {
  expect([1e-9, -1e-9, Number.NaN, Number.POSITIVE_INFINITY].map((at) => shortNumber(at))).toEqual([
    "0",
    "0",
    "0",
    "0",
  ]);
  expect(shortNumber(12.3456)).toBe("12.35");
  expect(shortNumber(12.3456, 1)).toBe("12.3");
});
