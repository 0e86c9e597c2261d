import type { StoredNumbers } from "../image.ts";
import { MOST_LABELS, UNDECIDED_LABEL } from "../maskLabels.ts";
import type { PngStructure } from "./chunks.ts";

/**
 * The numbers of a picture that as a mask are its labels: those of the colours of a palette, and
 * greys of fewer than 8 bits before they are stretched to 255.
 *
 * @param stored all samples as they are.
 * @returns null where what is seen tells more than they do.
 */
export function storedNumbers(structure: PngStructure, stored: Float32Array): StoredNumbers | null {
  const { width, height, bitDepth, colourType, palette, transparency } = structure;
  const isPalette = colourType === "palette" && isListOfLabels(structure, stored);
  const isFineGrey = colourType === "grey" && bitDepth < 8 && transparency === null;
  if (!isPalette && !isFineGrey) return null;
  // Few pictures are masks: they are kept small until one is.
  const numbers = Uint8Array.from(stored);
  return {
    picture: () => ({ width, height, channels: 1, values: Float32Array.from(numbers) }),
    palette: isPalette && palette !== null ? colourCodes(palette) : null,
  };
}

/**
 * Whether the numbers of a palette are labels, and its colours there for the eye alone. They are
 * not where all colours are greys, which keep their values when a program packs a grey mask as a
 * palette; nor where there are too many; nor where what is background by custom, black or
 * see-through, has another number than 0: then a program has listed the colours as they came.
 */
function isListOfLabels({ palette, transparency }: PngStructure, stored: Float32Array): boolean {
  if (palette === null) return false;
  const used = numbersIn(stored);
  if (used.length > MOST_LABELS || isGrey(palette)) return false;
  return used.every((number) => {
    if (number === 0 || number === UNDECIDED_LABEL) return true;
    const isBlack = palette.subarray(3 * number, 3 * number + 3).every((part) => part === 0);
    return !isBlack && transparency?.[number] !== 0;
  });
}

/** Each once, of at most 8 bits. */
function numbersIn(stored: Float32Array): readonly number[] {
  const isUsed = new Uint8Array(256);
  for (let pixel = 0; pixel < stored.length; pixel += 1) isUsed[stored[pixel]] = 1;
  return [...isUsed.keys()].filter((number) => isUsed[number] === 1);
}

function isGrey(palette: Uint8Array): boolean {
  return palette.every((part, at) => part === palette[at - (at % 3)]);
}

function colourCodes(palette: Uint8Array): readonly number[] {
  return Array.from({ length: Math.floor(palette.length / 3) }, (_, number) => {
    const [red, green, blue] = palette.subarray(3 * number);
    return (red * 256 + green) * 256 + blue;
  });
}
