import type { AnalysedLayer } from "../../core/analysis/analysis.ts";
import type { Size2d } from "../../core/network/size2d.ts";
import { mixedColour, parsedColour } from "./colour.ts";
import { weightColour } from "./glyph.ts";
import type { Box } from "./labelPlacement.ts";
import type { FigureTheme } from "./theme.ts";

/** Room for channel numbers, px: of rows at the left, of columns at the top. */
export const GRID_HEAD = { width: 36, height: 20 };

/** Between columns of rows that stand side by side, px. */
const STRIP_GAP = 12;

/** Fewer rows than these side by side only scatter the picture. */
const FEWEST_ROWS = 8;

/** Line between kernels, px. */
const LINE = 1;

/** Which kernels there are: rows are output channels, columns the inputs that each of them reads. */
export interface GridShape {
  readonly rows: number;
  /** Input channels of one group. */
  readonly columns: number;
  readonly kernelSize: Size2d;
}

export function gridShape({ description }: AnalysedLayer): GridShape {
  const { outChannels, inChannels, groups, kernelSize } = description;
  return { rows: outChannels, columns: inChannels / groups, kernelSize };
}

/**
 * Where the kernels stand, CSS px. Few columns leave room: then the rows go on in strips side by
 * side, first to last from left to right.
 */
export interface GridLayout extends GridShape {
  /** Side of one weight's square. */
  readonly unit: number;
  /** Of a kernel with its line. */
  readonly cell: { readonly width: number; readonly height: number };
  readonly strips: number;
  readonly rowsPerStrip: number;
  readonly stripWidth: number;
  /** Of everything, heads included. */
  readonly width: number;
  readonly height: number;
}

/** @param viewWidth inner width of what shows the grid, px. */
export function gridLayout(shape: GridShape, unit: number, viewWidth: number): GridLayout {
  const [kernelHeight, kernelWidth] = shape.kernelSize;
  const cell = { width: kernelWidth * unit + LINE, height: kernelHeight * unit + LINE };
  const stripWidth = GRID_HEAD.width + shape.columns * cell.width + STRIP_GAP;
  const fitting = Math.floor((viewWidth + STRIP_GAP) / stripWidth);
  const useful = Math.ceil(shape.rows / FEWEST_ROWS);
  const wanted = Math.max(1, Math.min(fitting, useful));
  const rowsPerStrip = Math.ceil(shape.rows / wanted);
  const strips = Math.ceil(shape.rows / rowsPerStrip);
  return {
    ...shape,
    unit,
    cell,
    strips,
    rowsPerStrip,
    stripWidth,
    width: strips * stripWidth - STRIP_GAP + LINE,
    height: GRID_HEAD.height + rowsPerStrip * cell.height + LINE,
  };
}

/** The largest of these sides of a weight at which the whole grid is in sight; else the first. */
export function fittingUnit(
  shape: GridShape,
  units: readonly number[],
  view: { readonly width: number; readonly height: number },
): number {
  const fits = (unit: number) => {
    const { width, height } = gridLayout(shape, unit, view.width);
    return width <= view.width && height <= view.height;
  };
  return units.findLast(fits) ?? units[0];
}

/** Where a kernel stands in the whole grid, without its line, px. */
export function kernelBox(layout: GridLayout, kernel: number): Box {
  const { columns, rowsPerStrip, stripWidth, cell } = layout;
  const row = Math.floor(kernel / columns);
  const strip = Math.floor(row / rowsPerStrip);
  return {
    x: strip * stripWidth + GRID_HEAD.width + (kernel % columns) * cell.width + LINE,
    y: GRID_HEAD.height + (row % rowsPerStrip) * cell.height + LINE,
    width: cell.width - LINE,
    height: cell.height - LINE,
  };
}

/** What stands at a place of the view. */
export type GridTarget =
  | { readonly kind: "kernel"; readonly kernel: number }
  /** The number of a row: an output channel. */
  | { readonly kind: "row"; readonly row: number }
  /** The number of a column: an input channel within its group. */
  | { readonly kind: "column"; readonly column: number };

/**
 * What stands at (x, y) of the view, px; its heads stay in sight while the kernels are scrolled.
 *
 * @param scroll px of the grid that are out of sight at the left and at the top.
 */
export function gridTarget(
  layout: GridLayout,
  x: number,
  y: number,
  scroll: { readonly left: number; readonly top: number },
): GridTarget | null {
  const { columns, rows, rowsPerStrip, stripWidth, cell, strips } = layout;
  const isColumnHead = y < GRID_HEAD.height;
  const isRowHead = strips === 1 ? x < GRID_HEAD.width : false;
  const across = x + scroll.left;
  const strip = strips === 1 ? 0 : Math.floor(across / stripWidth);
  const inStrip = across - strip * stripWidth - GRID_HEAD.width;
  const column = Math.floor(inStrip / cell.width);
  const line = Math.floor((y + scroll.top - GRID_HEAD.height) / cell.height);
  const row = strip * rowsPerStrip + line;
  const isRow = line >= 0 && line < rowsPerStrip && row < rows && strip < strips;
  const isColumn = column >= 0 && column < columns && strip < strips;
  if (isColumnHead) return isColumn && !isRowHead ? { kind: "column", column } : null;
  if (isRowHead || inStrip < 0) return isRow ? { kind: "row", row } : null;
  return isRow && isColumn ? { kind: "kernel", kernel: row * columns + column } : null;
}

/** Colours of one layer's weights as they stand in the memory of a picture: red first. */
export interface GridColours {
  /** Of the weights from minus to plus `scale`, in COLOUR_STEPS to either side. */
  readonly weights: Uint32Array;
  /** The same for kernels that are not selected. */
  readonly faded: Uint32Array;
  readonly notFinite: number;
  readonly paper: number;
  readonly line: number;
}

export const COLOUR_STEPS = 255;

/** How far the colours of kernels that are not selected go towards the paper. */
const FADED = 0.82;

function packed(hex: string): number {
  const [red, green, blue] = parsedColour(hex);
  return ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0;
}

export function gridColours(theme: FigureTheme): GridColours {
  const weights = new Uint32Array(2 * COLOUR_STEPS + 1);
  const faded = new Uint32Array(2 * COLOUR_STEPS + 1);
  for (let step = -COLOUR_STEPS; step <= COLOUR_STEPS; step++) {
    const colour = weightColour(step, COLOUR_STEPS, theme);
    weights[step + COLOUR_STEPS] = packed(colour);
    faded[step + COLOUR_STEPS] = packed(mixedColour(colour, theme.plot, FADED));
  }
  return {
    weights,
    faded,
    notFinite: packed(weightColour(Number.NaN, 1, theme)),
    paper: packed(theme.paper),
    line: packed(theme.faint),
  };
}

export interface GridPicture {
  /** One number per pixel, row by row, as `GridColours` has them. */
  readonly pixels: Uint32Array;
  /** Device pixels. */
  readonly width: number;
  readonly height: number;
}

export interface GridPainting {
  readonly layout: GridLayout;
  readonly kernels: Float32Array;
  /** |weight| that gets the full colour. */
  readonly scale: number;
  readonly colours: GridColours;
  /** 1 for kernels that keep their colour; null: all do. */
  readonly members: Uint8Array | null;
  /** CSS px out of sight. */
  readonly scroll: { readonly left: number; readonly top: number };
  /** Device pixels per CSS px. */
  readonly ratio: number;
}

/** Kernels of which anything is in sight, by their rows and columns; `last` is included. */
export interface GridSight {
  readonly firstRow: number;
  readonly lastRow: number;
  readonly firstColumn: number;
  readonly lastColumn: number;
}

/** Lines of rows (within a strip) and columns in sight of a view. */
export function gridSight(
  layout: GridLayout,
  scroll: { readonly left: number; readonly top: number },
  view: { readonly width: number; readonly height: number },
): GridSight {
  const { cell, rowsPerStrip, columns, strips } = layout;
  const bounded = (value: number, last: number) => Math.max(0, Math.min(last, Math.floor(value)));
  const across = strips === 1 ? scroll.left : 0;
  return {
    firstRow: bounded(scroll.top / cell.height, rowsPerStrip - 1),
    lastRow: bounded(
      (scroll.top + view.height - GRID_HEAD.height - 1) / cell.height,
      rowsPerStrip - 1,
    ),
    firstColumn: bounded(across / cell.width, columns - 1),
    lastColumn:
      strips === 1
        ? bounded((across + view.width - GRID_HEAD.width - 1) / cell.width, columns - 1)
        : columns - 1,
  };
}

/** Paints the kernels in sight; heads are left as paper. Only what is in sight costs anything. */
export function paintKernels(picture: GridPicture, painting: GridPainting): void {
  const { layout, scroll, ratio, colours, members } = painting;
  const { pixels, width, height } = picture;
  pixels.fill(colours.paper);
  const view = { width: width / ratio, height: height / ratio };
  const sight = gridSight(layout, scroll, view);
  for (let strip = 0; strip < layout.strips; strip++) {
    for (let line = sight.firstRow; line <= sight.lastRow; line++) {
      const row = strip * layout.rowsPerStrip + line;
      if (row >= layout.rows) break;
      for (let column = sight.firstColumn; column <= sight.lastColumn; column++) {
        const kernel = row * layout.columns + column;
        paintKernel(picture, painting, kernel, members !== null && members[kernel] === 0);
      }
    }
  }
}

function paintKernel(
  { pixels, width, height }: GridPicture,
  { layout, kernels, scale, colours, scroll, ratio }: GridPainting,
  kernel: number,
  isFaded: boolean,
): void {
  const [kernelHeight, kernelWidth] = layout.kernelSize;
  const { x, y } = kernelBox(layout, kernel);
  const left = x - scroll.left;
  const top = y - scroll.top;
  const table = isFaded ? colours.faded : colours.weights;
  const entries = kernelHeight * kernelWidth;
  const step = scale > 0 ? COLOUR_STEPS / scale : 0;
  // Below the heads only: they are drawn over what is scrolled away.
  const edgeX = Math.round((layout.strips === 1 ? GRID_HEAD.width : 0) * ratio);
  const edgeY = Math.round(GRID_HEAD.height * ratio);
  for (let at = 0; at < entries; at++) {
    const squareX = left + (at % kernelWidth) * layout.unit;
    const squareY = top + Math.floor(at / kernelWidth) * layout.unit;
    const fromX = Math.max(edgeX, Math.round(squareX * ratio));
    const toX = Math.min(width, Math.round((squareX + layout.unit) * ratio));
    const fromY = Math.max(edgeY, Math.round(squareY * ratio));
    const toY = Math.min(height, Math.round((squareY + layout.unit) * ratio));
    if (fromX >= toX) continue;
    const weight = kernels[kernel * entries + at];
    const bounded = Math.max(-COLOUR_STEPS, Math.min(COLOUR_STEPS, Math.round(weight * step)));
    const colour = Number.isFinite(weight) ? table[bounded + COLOUR_STEPS] : colours.notFinite;
    for (let line = fromY; line < toY; line++) {
      pixels.fill(colour, line * width + fromX, line * width + toX);
    }
  }
}

/** Distances between channel numbers that people count in. */
const HEAD_STEPS: readonly number[] = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];

/** Every which channel is numbered so that numbers stay `room` px apart. */
export function headStep(cell: number, room: number): number {
  return HEAD_STEPS.find((step) => step * cell >= room) ?? 1000;
}
