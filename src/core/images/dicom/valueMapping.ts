import type { DataSet } from "dicom-parser";
import type { ValueWindow } from "../image.ts";
import type { PixelDescription } from "./pixelDescription.ts";

const SLOPE = "x00281053";
const INTERCEPT = "x00281052";
const WINDOW_CENTRE = "x00281050";
const WINDOW_WIDTH = "x00281051";
const WINDOW_FUNCTION = "x00281056";
const PADDING_VALUE = "x00280120";
const PADDING_LIMIT = "x00280121";
/** Functional groups of multi-frame files: those of all frames, and a list of one per frame. */
const SHARED_GROUPS = "x52009229";
const FRAME_GROUPS = "x52009230";
const VALUE_TRANSFORMATION = "x00289145";
const WINDOWING = "x00289132";

/** From a stored number to the value it stands for. */
export interface ValueMapping {
  readonly slope: number;
  readonly intercept: number;
  /** Low values are white in the file: values are mirrored so that they are black. */
  readonly isInverted: boolean;
  /** Stored numbers that are no pixels of the picture, both ends included; null for none. */
  readonly padding: ValueWindow | null;
  /** Smallest and largest number that can be stored. */
  readonly stored: ValueWindow;
}

/** Rescale slope and intercept (PS3.3, C.11.1.1.2), padding (C.7.5.1.1.2), inversion. */
export function readMapping(
  dataSet: DataSet,
  { isSigned, bitsStored, photometric }: PixelDescription,
  frame: number,
): ValueMapping {
  const slope = frameNumber(dataSet, frame, VALUE_TRANSFORMATION, SLOPE) ?? 1;
  const intercept = frameNumber(dataSet, frame, VALUE_TRANSFORMATION, INTERCEPT) ?? 0;
  const storedCount = 2 ** bitsStored;
  const low = isSigned ? -storedCount / 2 : 0;
  return {
    // A slope of 0 would make all pixels one.
    slope: slope === 0 ? 1 : slope,
    intercept,
    isInverted: photometric === "MONOCHROME1",
    padding: readPadding(dataSet, isSigned),
    stored: { low, high: low + storedCount - 1 },
  };
}

/** The value of stored number `number`. */
export function storedToValue(
  { slope, intercept, isInverted, stored }: ValueMapping,
  number: number,
) {
  return (isInverted ? stored.low + stored.high - number : number) * slope + intercept;
}

/**
 * The window that the file asks for, as the values are after an inversion. PS3.3, C.11.2.1.2 and
 * C.11.2.1.3: LINEAR counts whole grey levels, so that a width is 1 at least; LINEAR_EXACT and
 * SIGMOID do not. Of SIGMOID, 1 / (1 + exp(-4 (x - c) / w)), the window is the tangent at c.
 */
export function readWindow(
  dataSet: DataSet,
  mapping: ValueMapping,
  frame: number,
): ValueWindow | null {
  const centre = frameNumber(dataSet, frame, WINDOWING, WINDOW_CENTRE);
  const width = frameNumber(dataSet, frame, WINDOWING, WINDOW_WIDTH);
  if (centre === null || width === null) return null;
  const isExact = (frameText(dataSet, frame, WINDOWING, WINDOW_FUNCTION) ?? "LINEAR") !== "LINEAR";
  const middle = isExact ? centre : centre - 0.5;
  const half = isExact ? width / 2 : (width - 1) / 2;
  const [low, high] = [middle - half, middle + half];
  if (!(low < high)) return null;
  if (!mapping.isInverted) return { low, high };
  // Of the values as they stand in the file, v becomes `mirror - v`.
  const mirror = (mapping.stored.low + mapping.stored.high) * mapping.slope + 2 * mapping.intercept;
  return { low: mirror - high, high: mirror - low };
}

function readPadding(dataSet: DataSet, isSigned: boolean): ValueWindow | null {
  const read = (tag: string) => (isSigned ? dataSet.int16(tag) : dataSet.uint16(tag));
  const value = read(PADDING_VALUE);
  if (value === undefined) return null;
  const limit = read(PADDING_LIMIT) ?? value;
  return { low: Math.min(value, limit), high: Math.max(value, limit) };
}

function frameNumber(dataSet: DataSet, frame: number, group: string, tag: string): number | null {
  for (const place of framePlaces(dataSet, frame, group)) {
    const value = place.floatString(tag);
    if (value !== undefined && Number.isFinite(value)) return value;
  }
  return null;
}

function frameText(dataSet: DataSet, frame: number, group: string, tag: string): string | null {
  for (const place of framePlaces(dataSet, frame, group)) {
    const text = place.string(tag);
    if (text !== undefined) return text;
  }
  return null;
}

/** Where an element may stand: in the file, the frame's functional group, the shared group. */
function framePlaces(dataSet: DataSet, frame: number, group: string): readonly DataSet[] {
  const ofFrame = dataSet.elements[FRAME_GROUPS]?.items?.[frame]?.dataSet;
  const shared = dataSet.elements[SHARED_GROUPS]?.items?.[0]?.dataSet;
  return [dataSet, groupItem(ofFrame, group), groupItem(shared, group)].filter(
    (place) => place !== undefined,
  );
}

function groupItem(groups: DataSet | undefined, tag: string): DataSet | undefined {
  return groups?.elements[tag]?.items?.[0]?.dataSet;
}
