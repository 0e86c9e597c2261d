import type { ClassMap } from "../../core/maps/classMap.ts";
import { classColour } from "./classColours.ts";
import type { Pixels } from "./drawPicture.ts";
import type { InnermostPixel } from "./innermostPixels.ts";

/** Which pixels of an image are marked; height x width, 1 where they are. */
export interface MarkedArea {
  readonly width: number;
  readonly height: number;
  readonly marked: Uint8Array;
}

export interface Overlay {
  readonly area: MarkedArea;
  /** Of the fill, 0..1; the outline is always whole. */
  readonly opacity: number;
}

/** All classes of a network that gives each pixel one; `area` is that of the one looked at. */
export interface ClassesOverlay extends Overlay {
  readonly classMap: ClassMap;
  /** Where their numbers are written, as far as there is room. */
  readonly places: readonly InnermostPixel[];
}

type Size = Pick<MarkedArea, "width" | "height">;

/**
 * On grey images of any brightness, in both themes: data images are the same in both. The dark
 * line under the bright one keeps it apart from white bone.
 */
const FILL = "#4aa3ff";
const OUTLINE = "#7fc4ff";
const MASK_OUTLINE = "#ffd24d";
const CHOSEN_OUTLINE = "#ffffff";
const HALO = "rgb(0 0 0 / 65%)";

/** By custom the first class is what is not looked for. */
const BACKGROUND = 0;

/** Height of a class's number, CSS px. */
const NUMBER_PIXELS = 14;

/** Pixels of a dash and the gap behind it. */
const DASH = 8;

/** Corners of areas, as line pieces between pixels: x, y, x, y in pixels of the area. */
export function outlinePieces({ width, height, marked }: MarkedArea): Float32Array {
  const pieces: number[] = [];
  const isMarked = (column: number, row: number): boolean =>
    column >= 0 && row >= 0 && column < width && row < height && marked[row * width + column] === 1;
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      if (marked[row * width + column] !== 1) continue;
      if (!isMarked(column, row - 1)) pieces.push(column, row, column + 1, row);
      if (!isMarked(column, row + 1)) pieces.push(column, row + 1, column + 1, row + 1);
      if (!isMarked(column - 1, row)) pieces.push(column, row, column, row + 1);
      if (!isMarked(column + 1, row)) pieces.push(column + 1, row, column + 1, row + 1);
    }
  }
  return Float32Array.from(pieces);
}

/** A canvas of its own pixels, to be drawn from. */
function canvasOf({ width, height, data }: Pixels): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  canvas.getContext("2d")?.putImageData(new ImageData(data, width, height), 0, 0);
  return canvas;
}

function areaPixels({ width, height, marked }: MarkedArea): Pixels {
  const data = new Uint8ClampedArray(4 * width * height);
  const fill = opaque(FILL);
  for (let pixel = 0; pixel < width * height; pixel++) {
    if (marked[pixel] === 1) data.set(fill, 4 * pixel);
  }
  return { width, height, data };
}

/** Draws pixels as large as the canvas; each stays a square, so that nothing is made up between them. */
export function drawPixels(context: CanvasRenderingContext2D, pixels: Pixels): void {
  const { width, height } = context.canvas;
  context.clearRect(0, 0, width, height);
  context.imageSmoothingEnabled = pixels.width > width;
  context.drawImage(canvasOf(pixels), 0, 0, width, height);
}

export function drawOverlay(context: CanvasRenderingContext2D, { area, opacity }: Overlay): void {
  const { width, height } = context.canvas;
  context.imageSmoothingEnabled = false;
  context.globalAlpha = opacity;
  context.drawImage(canvasOf(areaPixels(area)), 0, 0, width, height);
  context.globalAlpha = 1;
  strokeOutline(context, area, OUTLINE, true);
}

/** Every class but the background in its colour, the one that is looked at in a white outline. */
export function drawClasses(
  context: CanvasRenderingContext2D,
  { area, opacity, classMap, places }: ClassesOverlay,
): void {
  const { width, height } = context.canvas;
  context.imageSmoothingEnabled = false;
  context.globalAlpha = opacity;
  context.drawImage(canvasOf(classPixels(area, classMap)), 0, 0, width, height);
  context.globalAlpha = 1;
  strokeOutline(context, area, CHOSEN_OUTLINE, true);
  const scale = Math.min(width / area.width, height / area.height);
  const letter = NUMBER_PIXELS * (width / context.canvas.clientWidth || 1);
  context.font = `600 ${letter}px system-ui, sans-serif`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.lineJoin = "round";
  context.lineWidth = letter / 4;
  context.strokeStyle = HALO;
  context.fillStyle = "#ffffff";
  for (const { number, column, row, room } of places) {
    if (number === BACKGROUND || 2 * room * scale < letter) continue;
    const x = ((column + 0.5) * width) / area.width;
    const y = ((row + 0.5) * height) / area.height;
    context.strokeText(String(number), x, y);
    context.fillText(String(number), x, y);
  }
}

function classPixels({ width, height }: Size, { classes, numbers }: ClassMap): Pixels {
  const data = new Uint8ClampedArray(4 * width * height);
  const colours = Array.from({ length: classes }, (_, number) =>
    number === BACKGROUND ? null : opaque(classColour(number)),
  );
  for (let pixel = 0; pixel < width * height; pixel++) {
    const colour = colours[numbers[pixel]] ?? null;
    if (colour !== null) data.set(colour, 4 * pixel);
  }
  return { width, height, data };
}

/** "#4aa3ff" as bytes of a pixel. */
function opaque(colour: string): readonly number[] {
  return [...[1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16)), 255];
}

/** The outline of a given mask: dashed, so that it is told from the network's without colours. */
export function drawMaskOutline(context: CanvasRenderingContext2D, area: MarkedArea): void {
  strokeOutline(context, area, MASK_OUTLINE, false);
}

function strokeOutline(
  context: CanvasRenderingContext2D,
  area: MarkedArea,
  colour: string,
  isWhole: boolean,
): void {
  const across = context.canvas.width / area.width;
  const down = context.canvas.height / area.height;
  const pieces = outlinePieces(area);
  const line = Math.max(1.5, Math.min(across, down) / 2);
  context.beginPath();
  for (let at = 0; at < pieces.length; at += 4) {
    const [x1, y1, x2, y2] = pieces.subarray(at, at + 4);
    // Pieces are one pixel long, and with each the canvas would begin its own dashes anew. Twice
    // the row: along a slope of one the sum of both would not change, and there were no dashes.
    if (!isWhole && (x1 + 2 * y1) % DASH >= DASH / 2) continue;
    context.moveTo(x1 * across, y1 * down);
    context.lineTo(x2 * across, y2 * down);
  }
  context.lineCap = isWhole ? "square" : "butt";
  context.strokeStyle = HALO;
  context.lineWidth = 2 * line;
  context.stroke();
  context.strokeStyle = colour;
  context.lineWidth = line;
  context.stroke();
}
