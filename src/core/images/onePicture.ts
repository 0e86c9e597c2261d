import { ConvAtlasError } from "../errors.ts";
import type {
  ImageFormatId,
  Picture,
  Plane,
  ReadImage,
  StoredNumbers,
  ValueWindow,
} from "./image.ts";

/** A file that holds one picture, already decoded. */
export function onePicture(
  format: ImageFormatId,
  picture: Picture,
  window: ValueWindow | null,
  remarks: readonly string[],
  numbers: StoredNumbers | null = null,
): ReadImage {
  const stacks = [{ plane: "frame", count: 1 }] as const;
  return {
    format,
    stacks,
    range: rangeOf(picture),
    window,
    remarks,
    numbers,
    async picture(plane, index) {
      requireSlice(stacks, plane, index);
      return picture;
    },
  };
}

/**
 * Smallest and largest of the finite values of greys or colours; 0 and 0 of none. Opacity has a
 * scale of its own: beside 16 bits that are not used up it would make the picture black.
 */
export function rangeOf({ channels, values }: Pick<Picture, "channels" | "values">): ValueWindow {
  const colours = channels === 2 || channels === 4 ? channels - 1 : channels;
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (let pixel = 0; pixel < values.length; pixel += channels) {
    for (let place = pixel; place < pixel + colours; place += 1) {
      const value = values[place];
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  return low <= high ? { low, high } : { low: 0, high: 0 };
}

/** @throws ConvAtlasError `bad-setting` where the image has no such slice. */
export function requireSlice(stacks: ReadImage["stacks"], plane: Plane, index: number): void {
  const stack = stacks.find((one) => one.plane === plane);
  if (stack !== undefined && Number.isInteger(index) && index >= 0 && index < stack.count) return;
  const slices = stacks.map((one) => `${one.count} ${one.plane}`).join(", ");
  throw new ConvAtlasError(
    "bad-setting",
    `This image has no ${plane} slice ${index}; it has ${slices}.`,
  );
}
