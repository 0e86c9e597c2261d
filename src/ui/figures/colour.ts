/** Red, green, blue, each 0 to 255. */
export type Rgb = readonly [red: number, green: number, blue: number];

/** "#0072B2" as numbers. */
export function parsedColour(hex: string): Rgb {
  const value = Number.parseInt(hex.slice(1), 16);
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255];
}

/** Numbers as "#0072b2"; entries are rounded and clamped. */
function hexColour(rgb: Rgb): string {
  return `#${rgb
    .map((entry) =>
      Math.round(Math.min(255, Math.max(0, entry)))
        .toString(16)
        .padStart(2, "0"),
    )
    .join("")}`;
}

/** `share` of the way from one colour to another (0 = from, 1 = to). */
export function mixedColour(from: string, to: string, share: number): string {
  const [start, end] = [parsedColour(from), parsedColour(to)];
  return hexColour([
    start[0] + (end[0] - start[0]) * share,
    start[1] + (end[1] - start[1]) * share,
    start[2] + (end[2] - start[2]) * share,
  ]);
}

/** Relative luminance, 0 (black) to 1 (white), as WCAG 2.2 defines it. */
export function luminance(hex: string): number {
  const [red, green, blue] = parsedColour(hex).map((entry) => {
    const share = entry / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** Contrast of two opaque colours, 1 to 21, as WCAG 2.2 defines it. */
export function contrast(first: string, second: string): number {
  const [lighter, darker] = [luminance(first), luminance(second)].sort((a, b) => b - a);
  return (lighter + 0.05) / (darker + 0.05);
}
