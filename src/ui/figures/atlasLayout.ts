import type { AnalysedLayer, Analysis } from "../../core/analysis/analysis.ts";
import type { Role } from "../../core/network/structure.ts";
import { connector, SKIP_ARRIVES, skipLineAcross, skipLineUpright } from "./atlasConnectors.ts";
import type { FigureCell } from "./figure.ts";
import type { Box } from "./labelPlacement.ts";
import { ROLE_HEADINGS } from "./roleHeadings.ts";
import { sizeText } from "./text.ts";

/** Height of a cell's name and description above its plot. */
export const CELL_HEADER = 36;
/** Height of the line below the plot, where any cell has something to say there. */
export const CELL_NOTE = 17;

/** A plot below this cannot be read; the layout changes before it gets smaller. */
const SMALLEST_CELL = 150;
/** From this width on, layers of one resolution stand side by side. */
const ROOMY_CELL = 172;
const LARGEST_CELL = 300;
/** One or two layers may fill more of the page. */
const LARGEST_LONE_CELL = 420;
const MARGIN = 12;
const COLUMN_GAP = 28;
const PHONE_COLUMN_GAP = 16;
const CELL_GAP = 12;
const ROW_GAP = 16;
/** Between encoder and decoder rows, for the skip connections. */
const BAND_GAP = 60;
const HEADING = 24;
/** A heading with its plain words on a line of their own. */
const TALL_HEADING = 40;
/** More layers on top of one another are wrapped in rows instead. */
const MOST_ROWS_PER_COLUMN = 10;

export interface Heading {
  /** Wordings, longest first; the first that fits is drawn. */
  readonly texts: readonly string[];
  readonly x: number;
  /** Baseline. */
  readonly y: number;
  readonly anchor: "start" | "middle" | "end";
  /** Room for the text in px. */
  readonly width: number;
  readonly strong: boolean;
}

export interface AtlasLayout {
  readonly cells: readonly FigureCell[];
  readonly headings: readonly Heading[];
  /** Paths of the data's way from layer to layer. */
  readonly connectors: readonly string[];
  /** Paths of the skip connections. */
  readonly skips: readonly string[];
  readonly bottom: number;
}

interface Space {
  readonly top: number;
  readonly width: number;
  /** Height / width of a plot. */
  readonly aspect: number;
  readonly hasNotes: boolean;
}

/** Layers that receive maps of one size, by half of the network. */
interface Resolution {
  readonly name: string;
  readonly encoder: readonly number[];
  readonly bottleneck: readonly number[];
  readonly decoder: readonly number[];
}

/** Largest maps first. */
function resolutions(layers: readonly AnalysedLayer[]): readonly Resolution[] {
  const bySize = new Map<string, AnalysedLayer["place"]["grid"]>();
  for (const { place } of layers) bySize.set(sizeText(place.grid), place.grid);
  const sorted = [...bySize].sort((a, b) => b[1][0] * b[1][1] - a[1][0] * a[1][1]);
  return sorted.map(([name]) => {
    const at = (...roles: readonly Role[]): readonly number[] =>
      layers.flatMap(({ place }, index) =>
        sizeText(place.grid) === name && roles.includes(place.role) ? [index] : [],
      );
    return {
      name,
      encoder: at("encoder", "other"),
      bottleneck: at("bottleneck"),
      decoder: at("decoder"),
    };
  });
}

function cellHeight(width: number, space: Space): number {
  return CELL_HEADER + Math.round(width * space.aspect) + (space.hasNotes ? CELL_NOTE : 0);
}

/** Cells in rows of `across`, in reading order or, for a decoder, right to left. */
function grid(
  layers: readonly number[],
  box: { readonly x: number; readonly y: number; readonly across: number; readonly cell: number },
  space: Space,
  rightToLeft = false,
): readonly FigureCell[] {
  const height = cellHeight(box.cell, space);
  return layers.map((layer, index) => {
    const column = index % box.across;
    const place = rightToLeft ? box.across - 1 - column : column;
    return {
      layer,
      x: box.x + place * (box.cell + CELL_GAP),
      y: box.y + Math.floor(index / box.across) * (height + ROW_GAP),
      width: box.cell,
      height,
    };
  });
}

function stackHeight(count: number, across: number, cell: number, space: Space): number {
  const rows = Math.ceil(count / across);
  return rows === 0 ? 0 : rows * (cellHeight(cell, space) + ROW_GAP) - ROW_GAP;
}

function lines(
  analysis: Analysis,
  cells: readonly FigureCell[],
  aspect: number,
  upright = false,
): Pick<AtlasLayout, "connectors" | "skips"> {
  const byLayer = new Map(cells.map((cell) => [cell.layer, cell]));
  const plotMiddle = (cell: Box): number =>
    cell.y + CELL_HEADER + Math.round(cell.width * aspect) / 2;
  const connectors: string[] = [];
  for (let layer = 1; layer < analysis.layers.length; layer++) {
    const [from, to] = [byLayer.get(layer - 1), byLayer.get(layer)];
    if (from !== undefined && to !== undefined) connectors.push(connector(from, to, plotMiddle));
  }
  const skips: string[] = [];
  for (const skip of analysis.skips) {
    const [from, to] = [byLayer.get(skip.from), byLayer.get(skip.to)];
    if (from === undefined || to === undefined) continue;
    skips.push(upright ? skipLineUpright(from, to, plotMiddle) : skipLineAcross(from, to));
  }
  return { connectors, skips };
}

/** The technical word, and below it the plain ones. */
function tallHeading(role: Role, x: number, y: number, width: number): readonly Heading[] {
  const word = ROLE_HEADINGS[role].at(-1) ?? "";
  const plain = ROLE_HEADINGS[role].slice(0, -1).map((text) => text.slice(text.indexOf(":") + 2));
  return [
    { texts: [word], x, y, anchor: "start", width, strong: true },
    { texts: plain, x, y: y + 15, anchor: "start", width, strong: false },
  ];
}

/** Cells beside one another in each column, and their width; null if they get too small. */
function acrossFit(
  columns: readonly Resolution[],
  width: number,
): { readonly across: readonly number[]; readonly cell: number } | null {
  const most = columns.map(({ encoder, bottleneck, decoder }) =>
    Math.max(1, encoder.length, bottleneck.length, decoder.length),
  );
  for (let allowed = Math.max(...most); allowed >= 1; allowed--) {
    const across = most.map((count) => Math.min(count, allowed));
    const cells = across.reduce((sum, count) => sum + count, 0);
    const gaps = (columns.length - 1) * COLUMN_GAP + (cells - columns.length) * CELL_GAP;
    const cell = Math.min(LARGEST_CELL, Math.floor((width - 2 * MARGIN - gaps) / cells));
    if (cell >= (allowed === 1 ? SMALLEST_CELL : ROOMY_CELL)) return { across, cell };
  }
  return null;
}

/** Columns are resolutions; encoder above, decoder below, bottleneck at the right. */
function acrossLayout(
  analysis: Analysis,
  columns: readonly Resolution[],
  space: Space,
): AtlasLayout | null {
  const fit = acrossFit(columns, space.width);
  if (fit === null) return null;
  const { across, cell } = fit;
  const tallest = columns.map(
    (column, index) =>
      Math.ceil(column.encoder.length / across[index]) +
      Math.ceil(column.bottleneck.length / across[index]) +
      Math.ceil(column.decoder.length / across[index]),
  );
  const hasDecoder = columns.some(({ decoder }) => decoder.length > 0);
  const rowLimit = hasDecoder ? MOST_ROWS_PER_COLUMN : MOST_ROWS_PER_COLUMN / 2;
  if (Math.max(...tallest) > rowLimit) return null;
  const heightOf = (count: number, index: number): number =>
    stackHeight(count, across[index], cell, space);
  const bottleneckHeight = (index: number): number => {
    const { length } = columns[index].bottleneck;
    return length === 0 ? 0 : TALL_HEADING + heightOf(length, index);
  };
  const lowerHeight = Math.max(...columns.map(({ decoder }, at) => heightOf(decoder.length, at)));
  const upperHeight = Math.max(
    ...columns.map(({ encoder, decoder }, at) => {
      const alone = encoder.length === 0 && decoder.length === 0;
      const above = encoder.length > 0 && bottleneckHeight(at) > 0 ? ROW_GAP : 0;
      const lone = alone ? bottleneckHeight(at) - lowerHeight - BAND_GAP : 0;
      return alone ? lone : heightOf(encoder.length, at) + above + bottleneckHeight(at);
    }),
  );
  const upperTop = space.top + 2 * HEADING;
  const lowerTop = upperTop + upperHeight + (lowerHeight > 0 ? BAND_GAP : 0);
  const bottom = lowerTop + lowerHeight;
  const cells: FigureCell[] = [];
  const headings: Heading[] = [];
  const used = across.reduce((sum, count) => sum + count * (cell + CELL_GAP) - CELL_GAP, 0);
  const left = (space.width - used - (columns.length - 1) * COLUMN_GAP) / 2;
  let x = left;
  columns.forEach((column, at) => {
    const width = across[at] * (cell + CELL_GAP) - CELL_GAP;
    const box = { x, across: across[at], cell };
    headings.push({
      texts: [`${column.name} map`, column.name],
      x: x + width / 2,
      y: space.top + HEADING + 14,
      anchor: "middle",
      width,
      strong: false,
    });
    cells.push(...grid(column.encoder, { ...box, y: upperTop }, space));
    cells.push(...grid(column.decoder, { ...box, y: lowerTop }, space, true));
    if (column.bottleneck.length > 0) {
      const from =
        upperTop + (column.encoder.length > 0 ? heightOf(column.encoder.length, at) + ROW_GAP : 0);
      const to = column.decoder.length > 0 ? upperTop + upperHeight : bottom;
      const y = from + Math.max(0, (to - from - bottleneckHeight(at)) / 2);
      headings.push(...tallHeading("bottleneck", x, y + 13, width));
      cells.push(...grid(column.bottleneck, { ...box, y: y + TALL_HEADING }, space));
    }
    x += width + COLUMN_GAP;
  });
  const full = space.width - 2 * MARGIN;
  headings.unshift({
    texts: ROLE_HEADINGS.encoder,
    x: left,
    y: space.top + 14,
    anchor: "start",
    width: full,
    strong: true,
  });
  if (lowerHeight > 0) {
    // Above the first decoder cell, left of where its skip connection arrives.
    const first = columns.findIndex(({ decoder }) => decoder.length > 0);
    const edge = Math.min(...cells.filter(({ y }) => y >= lowerTop).map((at) => at.x));
    const firstWidth = across[first] * (cell + CELL_GAP) - CELL_GAP;
    const room = analysis.skips.length > 0 ? firstWidth - cell * (1 - SKIP_ARRIVES) - 8 : full;
    headings.push(...tallHeading("decoder", edge, lowerTop - 26, room));
  }
  return { cells, headings, ...lines(analysis, cells, space.aspect), bottom };
}

/** For narrow pages: the same U standing upright, encoder left, decoder right. */
function downLayout(
  analysis: Analysis,
  rows: readonly Resolution[],
  space: Space,
): AtlasLayout | null {
  const half = (space.width - 2 * MARGIN - PHONE_COLUMN_GAP) / 2;
  const across = Math.max(1, Math.floor((half + CELL_GAP) / (SMALLEST_CELL + CELL_GAP)));
  const cell = Math.min(LARGEST_CELL, Math.floor((half - (across - 1) * CELL_GAP) / across));
  if (cell < SMALLEST_CELL) return null;
  const right = MARGIN + half + PHONE_COLUMN_GAP;
  const cells: FigureCell[] = [];
  const headings: Heading[] = [];
  const title = (
    texts: readonly string[],
    x: number,
    y: number,
    width: number,
    strong: boolean,
  ): void => {
    headings.push({ texts, x, y, anchor: "start", width, strong });
  };
  const down = ["Encoder: shrinks the image \u2193", "Encoder: shrinks \u2193"];
  const up = ["Decoder: grows it back \u2191", "Decoder: grows \u2191"];
  title(down, MARGIN, space.top + 14, half, true);
  title(up, right, space.top + 14, half, true);
  let y = space.top + HEADING;
  for (const row of rows) {
    const sides = Math.max(row.encoder.length, row.decoder.length);
    if (sides > 0) {
      title([`${row.name} map`], MARGIN, y + 14, half, false);
      const height = stackHeight(sides, across, cell, space);
      // The decoder is read upwards, so its last layer stands on top.
      const upwards = row.decoder.toReversed();
      const decoderTop = y + HEADING + height - stackHeight(upwards.length, across, cell, space);
      cells.push(...grid(row.encoder, { x: MARGIN, y: y + HEADING, across, cell }, space));
      cells.push(...grid(upwards, { x: right, y: decoderTop, across, cell }, space));
      y += HEADING + height + ROW_GAP;
    }
    if (row.bottleneck.length > 0) {
      const texts = ROLE_HEADINGS.bottleneck.map((text) => `${text}, ${row.name}`);
      title(texts, MARGIN, y + 14, space.width - 2 * MARGIN, true);
      const box = { x: MARGIN, y: y + HEADING, across: 2 * across, cell };
      cells.push(...grid(row.bottleneck, box, space));
      y += HEADING + stackHeight(row.bottleneck.length, 2 * across, cell, space) + ROW_GAP;
    }
  }
  return { cells, headings, ...lines(analysis, cells, space.aspect, true), bottom: y - ROW_GAP };
}

interface Section {
  readonly title: string;
  readonly layers: readonly number[];
}

/** Runs of layers of one half and one size; of one half, where sizes change all the time. */
function sections(layers: readonly AnalysedLayer[], withSizes: boolean): readonly Section[] {
  const runs: { role: Role; size: string; layers: number[] }[] = [];
  layers.forEach(({ place }, index) => {
    const size = withSizes ? `, ${sizeText(place.grid)} map` : "";
    const last = runs.at(-1);
    if (last?.role === place.role && last.size === size) last.layers.push(index);
    else runs.push({ role: place.role, size, layers: [index] });
  });
  return runs.map(({ role, size, layers: members }, at) => {
    // The plain words stand beside the technical one at its first use.
    const isFirst = runs.findIndex((run) => run.role === role) === at;
    const heading = isFirst ? ROLE_HEADINGS[role][0] : (ROLE_HEADINGS[role].at(-1) ?? "");
    return { title: `${heading}${size}`, layers: members };
  });
}

/** For networks that are no U, or too long for columns: rows in network order. */
function wrappedLayout(analysis: Analysis, space: Space): AtlasLayout {
  const { layers } = analysis;
  const bySize = sections(layers, true);
  const parts = bySize.length > 2 + layers.length / 2 ? sections(layers, false) : bySize;
  const room = space.width - 2 * MARGIN;
  const wanted = room >= 2 * ROOMY_CELL + CELL_GAP ? ROOMY_CELL : SMALLEST_CELL;
  const most = Math.max(1, Math.floor((room + CELL_GAP) / (wanted + CELL_GAP)));
  const longest = Math.max(...parts.map((part) => part.layers.length), 1);
  const across = Math.min(most, Math.max(longest, 2));
  const largest = layers.length <= 2 ? LARGEST_LONE_CELL : LARGEST_CELL;
  const shared = layers.length === 1 ? 1 : across;
  const cell = Math.min(largest, Math.floor((room - (shared - 1) * CELL_GAP) / shared));
  const cells: FigureCell[] = [];
  const headings: Heading[] = [];
  let y = space.top;
  for (const part of parts) {
    const heading = { x: MARGIN, y: y + 14, anchor: "start", width: room, strong: true } as const;
    headings.push({ texts: [part.title], ...heading });
    cells.push(...grid(part.layers, { x: MARGIN, y: y + HEADING, across: shared, cell }, space));
    y += HEADING + stackHeight(part.layers.length, shared, cell, space) + ROW_GAP + 4;
  }
  const byLayer = lines(analysis, cells, space.aspect);
  // A way back to the start of the next row says nothing that reading order does not.
  const connectors = byLayer.connectors.filter((_, at) => cells[at].y === cells[at + 1].y);
  return { cells, headings, connectors, skips: [], bottom: y - ROW_GAP - 4 };
}

/** Places every layer below `space.top`; cells are disjoint and inside the width. */
export function atlasLayout(analysis: Analysis, space: Space): AtlasLayout {
  const columns = resolutions(analysis.layers);
  const hasDecoder = analysis.layers.some(({ place }) => place.role === "decoder");
  if (columns.length < 2) return wrappedLayout(analysis, space);
  const across = acrossLayout(analysis, columns, space);
  if (across !== null) return across;
  return (
    (hasDecoder ? downLayout(analysis, columns, space) : null) ?? wrappedLayout(analysis, space)
  );
}
