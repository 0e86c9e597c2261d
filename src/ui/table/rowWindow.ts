/**
 * Highest element, px: browsers cut off what is higher (Firefox at 17.9 million, Chromium at 33.5
 * million), so that a table of millions of rows could not be scrolled to its end. Within this
 * height every pixel is less than a row of 8 million rows, so each row has a place to stop at.
 */
export const HIGHEST_PX = 8_000_000;

/** What of a long list of equally high rows is in sight. */
export interface RowWindow {
  /** First row in sight. */
  readonly first: number;
  /** Rows in sight, whole ones. */
  readonly count: number;
  /** Height of what is scrolled, px. */
  readonly height: number;
}

export interface WindowMeasures {
  readonly rows: number;
  readonly rowHeight: number;
  readonly headHeight: number;
  /** Inner height of what scrolls, px. */
  readonly viewHeight: number;
}

function rowsInSight({ rows, rowHeight, headHeight, viewHeight }: WindowMeasures): number {
  return Math.min(rows, Math.max(1, Math.floor((viewHeight - headHeight) / rowHeight)));
}

/** True if a pixel of the scroll bar is more than a pixel of the rows. */
export function isCondensed({ rows, rowHeight, headHeight }: WindowMeasures): boolean {
  return headHeight + rows * rowHeight > HIGHEST_PX;
}

/**
 * The rows in sight: in whole rows, as a spreadsheet scrolls, so that any share has its rows.
 *
 * @param share of the way that is scrolled, 0..1; at 1 the last row is in sight.
 */
export function rowWindow(measures: WindowMeasures, share: number): RowWindow {
  const { rows, rowHeight, headHeight } = measures;
  const count = rowsInSight(measures);
  const height = Math.min(HIGHEST_PX, headHeight + rows * rowHeight);
  const bounded = Math.min(1, Math.max(0, share));
  return { first: Math.round(bounded * (rows - count)), count, height };
}

/** The share of the way at which `first` is the first row in sight. */
export function shareOfFirst(measures: WindowMeasures, first: number): number {
  const beyond = measures.rows - rowsInSight(measures);
  return beyond <= 0 ? 0 : Math.min(beyond, Math.max(0, first)) / beyond;
}

/** The first row in sight once `row` is: as little moves as can be. */
export function firstShowing({ first, count }: RowWindow, row: number): number {
  if (row < first) return row;
  return row >= first + count ? row - count + 1 : first;
}
