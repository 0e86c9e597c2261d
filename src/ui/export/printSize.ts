import { type Picture, svg, svgRoot, toSvgText } from "../figures/svg.ts";
import { SMALLEST_FONT_SIZE } from "../figures/text.ts";

/** A size on paper, as a person chooses it. */
export interface PrintSize {
  /** Millimetres. */
  readonly widthMm: number;
  /** Millimetres; null: as high as the picture needs at that width. */
  readonly heightMm: number | null;
}

export type PresetId = "one-column" | "one-and-half-columns" | "two-columns" | "slide";

export interface SizePreset extends PrintSize {
  readonly id: PresetId;
  readonly words: string;
}

/** Columns as most journals have them; a slide as 16 : 9 programs make it. */
export const SIZE_PRESETS: readonly SizePreset[] = [
  { id: "one-column", words: "One column", widthMm: 85, heightMm: null },
  { id: "one-and-half-columns", words: "1.5 columns", widthMm: 120, heightMm: null },
  { id: "two-columns", words: "Two columns", widthMm: 180, heightMm: null },
  { id: "slide", words: "Slide", widthMm: 254, heightMm: 143 },
];

/** A preset, or a width of the person's own in millimetres. */
export type SizeChoice = PresetId | { readonly widthMm: number };

/** Wide enough for a slide and for both columns of a page. */
export const FIRST_SIZE: SizeChoice = "two-columns";

/** Below it no figure can be laid out with readable text; above it a PNG of 300 dpi is too large. */
export const NARROWEST_MM = 66;
export const WIDEST_MM = 500;

/** The size of a choice; a width outside what can be drawn is brought inside. */
export function printSize(choice: SizeChoice): PrintSize {
  if (typeof choice === "string") {
    const preset = SIZE_PRESETS.find(({ id }) => id === choice);
    return preset ?? { widthMm: 180, heightMm: null };
  }
  const widthMm = Math.min(WIDEST_MM, Math.max(NARROWEST_MM, choice.widthMm));
  return { widthMm, heightMm: null };
}

const MM_PER_INCH = 25.4;
const POINTS_PER_INCH = 72;

/** Smallest text in print: journals ask for 5 to 7 points. */
const SMALLEST_POINTS = 6;

/**
 * Length in print of one px of a figure's layout. Figures are laid out in CSS px with text of
 * SMALLEST_FONT_SIZE (11 px) and more; that text is to be 6 points high in print, so 1 px is
 * 6/11 point or 0.192 mm, and a caption of 12 px has 6.5 points.
 */
export const MM_PER_PX = ((SMALLEST_POINTS / SMALLEST_FONT_SIZE) * MM_PER_INCH) / POINTS_PER_INCH;

/** Width in px at which a figure for this size is laid out, so that its text can be read. */
export function layoutWidth({ widthMm }: PrintSize): number {
  return Math.floor(widthMm / MM_PER_PX);
}

/** Height in px that a size leaves; infinite where the height is free. */
export function layoutHeight({ heightMm }: PrintSize): number {
  return heightMm === null ? Number.POSITIVE_INFINITY : Math.floor(heightMm / MM_PER_PX);
}

/** A picture with its size on paper. */
export interface PrintedPicture {
  /** In px of its layout; as wide as high as on paper. */
  readonly picture: Picture;
  readonly widthMm: number;
  readonly heightMm: number;
  /** Size of the smallest text, in points. */
  readonly smallestPoints: number;
}

/**
 * Puts a picture on paper. Where the height is given too, it is made as large as fits and
 * stands in the middle of paper of its own colour.
 */
export function printed(picture: Picture, size: PrintSize, paper: string): PrintedPicture {
  const { widthMm } = size;
  if (size.heightMm === null) {
    const mmPerPx = widthMm / picture.width;
    const heightMm = picture.height * mmPerPx;
    return { picture, widthMm, heightMm, smallestPoints: pointsOf(mmPerPx) };
  }
  const aspect = size.heightMm / widthMm;
  const width = Math.max(picture.width, picture.height / aspect);
  const height = width * aspect;
  const { width: _width, height: _height, ...attributes } = picture.node.attributes;
  const place = {
    x: (width - picture.width) / 2,
    y: (height - picture.height) / 2,
    width: picture.width,
    height: picture.height,
    // A picture without one would be cut, not scaled, where programs round its size.
    viewBox: `0 0 ${picture.width} ${picture.height}`,
  };
  const sheet = svg("rect", { x: 0, y: 0, width, height, fill: paper });
  const inner = svg("svg", { ...attributes, ...place }, ...picture.node.children);
  const node = svgRoot(width, height, {}, sheet, inner);
  const smallestPoints = pointsOf(widthMm / width);
  return { picture: { node, width, height }, widthMm, heightMm: size.heightMm, smallestPoints };
}

function pointsOf(mmPerPx: number): number {
  return (SMALLEST_FONT_SIZE * mmPerPx * POINTS_PER_INCH) / MM_PER_INCH;
}

/** The text of an SVG file whose size is in millimetres. */
export function svgInMillimetres({ picture, widthMm, heightMm }: PrintedPicture): string {
  return sizedSvg(picture, `${lengthText(widthMm)}mm`, `${lengthText(heightMm)}mm`);
}

/** The text of an SVG picture of so many pixels. */
export function svgInPixels({ picture }: PrintedPicture, size: PixelSize): string {
  return sizedSvg(picture, String(size.width), String(size.height));
}

function sizedSvg({ node, width, height }: Picture, wide: string, high: string): string {
  const viewBox = `0 0 ${width} ${height}`;
  const attributes = { ...node.attributes, width: wide, height: high, viewBox };
  return toSvgText({ ...node, attributes });
}

function lengthText(mm: number): string {
  return String(Number(mm.toFixed(2)));
}

export const DOTS_PER_INCH = 300;

/**
 * Most pixels of one picture: Safari refuses canvases above 16.7 million on small devices, other
 * browsers above 268 million, and each takes 4 bytes. Larger pictures get fewer dots per inch.
 */
const MOST_PIXELS = 64_000_000;

/** Browsers refuse canvases with a longer side. */
const LONGEST_SIDE = 16_384;

export interface PixelSize {
  readonly width: number;
  readonly height: number;
  /** Whole number; 11,811 at 300 dpi. */
  readonly dotsPerMetre: number;
}

/** Pixels of a picture at 300 dpi, or as many as browsers can draw; at least one. */
export function pixelSize({
  widthMm,
  heightMm,
}: Pick<PrintedPicture, "widthMm" | "heightMm">): PixelSize {
  const perMm = DOTS_PER_INCH / MM_PER_INCH;
  const [width, height] = [widthMm * perMm, heightMm * perMm];
  const scale = Math.min(
    1,
    LONGEST_SIDE / Math.max(width, height),
    Math.sqrt(MOST_PIXELS / (width * height)),
  );
  return {
    width: Math.max(1, Math.round(width * scale)),
    height: Math.max(1, Math.round(height * scale)),
    dotsPerMetre: Math.max(1, Math.round(perMm * scale * 1000)),
  };
}

/** "180 × 214 mm". */
export function sizeInWords({
  widthMm,
  heightMm,
}: Pick<PrintedPicture, "widthMm" | "heightMm">): string {
  return `${Math.round(widthMm)} \u00D7 ${Math.round(heightMm)} mm`;
}
