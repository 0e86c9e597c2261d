import { mixedColour } from "../figures/colour.ts";
import {
  GRID_HEAD,
  type GridLayout,
  type GridPainting,
  gridSight,
  headStep,
  kernelBox,
  paintKernels,
} from "../figures/kernelGrid.ts";
import type { Box } from "../figures/labelPlacement.ts";
import { FONT_FAMILY } from "../figures/text.ts";
import type { FigureTheme } from "../figures/theme.ts";

export interface DrawnGrid extends Omit<GridPainting, "ratio"> {
  readonly theme: FigureTheme;
  readonly selected: number | null;
  readonly cursor: number | null;
  /** Rows and columns whose number stands out. */
  readonly row: number | null;
  readonly column: number | null;
}

const FONT_SIZE = 11;

/** Squares of weights below this side, px, are drawn with fainter lines around the kernels. */
const FINE_UNIT = 6;

/** Room between channel numbers, px. */
const ROOM_ACROSS = 30;
const ROOM_DOWN = 14;

/** Draws what is in sight on a canvas of `width` and `height` CSS px. */
export function drawGrid(
  canvas: HTMLCanvasElement,
  grid: DrawnGrid,
  width: number,
  height: number,
  ratio: number,
): void {
  const context = canvas.getContext("2d");
  if (context === null) return;
  canvas.width = Math.max(1, Math.round(width * ratio));
  canvas.height = Math.max(1, Math.round(height * ratio));
  const image = context.createImageData(canvas.width, canvas.height);
  const pixels = new Uint32Array(image.data.buffer);
  const picture = { pixels, width: canvas.width, height: canvas.height };
  paintKernels(picture, { ...grid, ratio });
  context.putImageData(image, 0, 0);
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  drawFrames(context, grid, width, height);
  drawHeads(context, grid, width, height);
}

/** Clips to where kernels are: heads are not drawn over. */
function inside(
  context: CanvasRenderingContext2D,
  { layout }: DrawnGrid,
  width: number,
  height: number,
  draw: () => void,
): void {
  const left = layout.strips === 1 ? GRID_HEAD.width : 0;
  context.save();
  context.beginPath();
  context.rect(left, GRID_HEAD.height, width - left, height - GRID_HEAD.height);
  context.clip();
  draw();
  context.restore();
}

function inView(layout: GridLayout, kernel: number, scroll: DrawnGrid["scroll"]): Box {
  const box = kernelBox(layout, kernel);
  return { ...box, x: box.x - scroll.left, y: box.y - scroll.top };
}

/** Lines around kernels: thin for all or for the selected group, thick for the one looked at. */
function drawFrames(
  context: CanvasRenderingContext2D,
  grid: DrawnGrid,
  width: number,
  height: number,
): void {
  const { layout, scroll, members, theme } = grid;
  inside(context, grid, width, height, () => {
    const sight = gridSight(layout, scroll, { width, height });
    context.lineWidth = 1;
    // Seen on white, on black and between colours, but fainter the more lines there are.
    const stress = layout.unit < FINE_UNIT ? 0.15 : 0.5;
    const plain = members === null ? mixedColour(theme.faint, theme.line, stress) : theme.faint;
    for (const [isMember, colour] of [
      [false, plain],
      [true, theme.ink],
    ] as const) {
      context.strokeStyle = colour;
      context.beginPath();
      for (let strip = 0; strip < layout.strips; strip++) {
        for (let line = sight.firstRow; line <= sight.lastRow; line++) {
          const row = strip * layout.rowsPerStrip + line;
          if (row >= layout.rows) break;
          for (let column = sight.firstColumn; column <= sight.lastColumn; column++) {
            const kernel = row * layout.columns + column;
            if ((members?.[kernel] === 1) !== isMember) continue;
            const box = inView(layout, kernel, scroll);
            context.rect(box.x - 0.5, box.y - 0.5, box.width + 1, box.height + 1);
          }
        }
      }
      context.stroke();
    }
    for (const kernel of [grid.selected, grid.cursor]) {
      if (kernel === null) continue;
      const box = inView(layout, kernel, scroll);
      ring(context, box, 2.5, theme.paper);
      ring(context, box, 1, kernel === grid.selected ? theme.accent : theme.ink);
    }
  });
}

function ring(context: CanvasRenderingContext2D, box: Box, away: number, colour: string): void {
  context.strokeStyle = colour;
  context.lineWidth = 2;
  context.strokeRect(box.x - away, box.y - away, box.width + 2 * away, box.height + 2 * away);
}

/** Every `step`th channel, and the one that stands out, to which others leave room. */
function isNumbered(channel: number, standing: number | null, step: number): boolean {
  if (channel === standing) return true;
  return channel % step === 0 && (standing === null || Math.abs(channel - standing) >= step);
}

/** Numbers of the channels; they stay in sight while the kernels are scrolled. */
function drawHeads(
  context: CanvasRenderingContext2D,
  grid: DrawnGrid,
  width: number,
  height: number,
): void {
  const { layout, scroll } = grid;
  const sight = gridSight(layout, scroll, { width, height });
  const across = headStep(layout.cell.width, ROOM_ACROSS);
  const down = headStep(layout.cell.height, ROOM_DOWN);
  for (let strip = 0; strip < layout.strips; strip++) {
    const first = strip * layout.rowsPerStrip;
    context.textAlign = "center";
    for (let column = sight.firstColumn; column <= sight.lastColumn; column++) {
      if (!isNumbered(column, grid.column, across)) continue;
      const box = inView(layout, first * layout.columns + column, scroll);
      const x = box.x + box.width / 2;
      if (layout.strips === 1 && x < GRID_HEAD.width) continue;
      headText(context, grid, String(column), x, GRID_HEAD.height - 6, column === grid.column);
    }
    context.textAlign = "right";
    for (let line = sight.firstRow; line <= sight.lastRow; line++) {
      const row = first + line;
      if (row >= layout.rows) break;
      if (!isNumbered(row, grid.row, down)) continue;
      const box = inView(layout, row * layout.columns, scroll);
      const y = box.y + box.height / 2;
      if (y < GRID_HEAD.height + 4) continue;
      const x = strip * layout.stripWidth + GRID_HEAD.width - 6;
      headText(context, grid, String(row), x, y + 4, row === grid.row);
    }
  }
}

function headText(
  context: CanvasRenderingContext2D,
  { theme }: DrawnGrid,
  text: string,
  x: number,
  y: number,
  stands: boolean,
): void {
  context.font = `${stands ? 700 : 400} ${FONT_SIZE}px ${FONT_FAMILY}`;
  if (stands) {
    const { width } = context.measureText(text);
    const left = context.textAlign === "center" ? x - width / 2 : x - width;
    context.fillStyle = theme.paper;
    context.fillRect(left - 3, y - FONT_SIZE, width + 6, FONT_SIZE + 4);
  }
  context.fillStyle = stands ? theme.accent : theme.muted;
  context.fillText(text, x, y);
}
