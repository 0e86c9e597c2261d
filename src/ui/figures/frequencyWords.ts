import type { FrequencyPicture } from "../../core/action/frequencyPicture.ts";

/** Amplifications this close to the largest count as largest: of several the slowest is named. */
const NEARLY_LARGEST = 0.995;
/** A kernel that passes all patterns at least this strongly prefers none. */
const ALIKE = 0.9;
/** Stripes per pixel: below it a pattern is wider than ten pixels, no stripes to the eye. */
const SLOW = 0.1;
/** Stripes per pixel: from here on a stripe and its gap share five pixels or fewer. */
const FINE = 0.2;
/** Both directions above it: light and dark pixels in turns, a checkerboard. */
const CHECKERED = 0.4;
/** Stripes whose slope is below it pass as upright or lying: about 22 degrees. */
const STRAIGHT = 0.4;

/** What the picture shows, in one sentence, for people who cannot see it. */
export function frequencySentence(picture: FrequencyPicture | null): string {
  if (picture === null) return "It passes nothing on, so there is nothing to show.";
  const { side, values } = picture;
  if (values.every((value) => value >= ALIKE)) return "It passes all patterns about alike.";
  const middle = (side - 1) / 2;
  const flat = values[middle * side + middle];
  const passes = flat >= ALIKE ? "fully" : flat >= 1 - ALIKE ? "in part" : "hardly";
  return `Strongest for ${strongestPattern(picture)}; flat areas pass ${passes}.`;
}

function strongestPattern({ side, values }: FrequencyPicture): string {
  const middle = (side - 1) / 2;
  let across = 0;
  let down = 0;
  let slowest = Number.POSITIVE_INFINITY;
  values.forEach((value, at) => {
    if (value < NEARLY_LARGEST) return;
    const x = ((at % side) - middle) / side;
    const y = (Math.floor(at / side) - middle) / side;
    const frequency = Math.hypot(x, y);
    if (frequency >= slowest) return;
    slowest = frequency;
    across = Math.abs(x);
    down = Math.abs(y);
  });
  if (slowest < SLOW) return "slow changes";
  const width = slowest < FINE ? "broad" : "fine";
  if (down < STRAIGHT * across) return `${width} upright stripes`;
  if (across < STRAIGHT * down) return `${width} lying stripes`;
  if (Math.min(across, down) > CHECKERED) return "fine checkerboards";
  return `${width} slanting stripes`;
}
