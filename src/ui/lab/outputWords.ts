import { channelOf } from "../../core/maps/channelMaps.ts";
import { rangeOf } from "./drawPicture.ts";
import { chosenClass } from "./labSelectors.ts";
import type { OutputChoice } from "./labState.ts";
import { shareText, valueText } from "./labWords.ts";
import { largestValues, sigmoid } from "./outputReading.ts";
import type { Segmentation } from "./useSegmentation.ts";

/** How much is marked; of nothing, how far it is from being marked. */
export function markedSentence(
  { share, output, reading }: Pick<Segmentation, "share" | "output" | "reading">,
  choice: OutputChoice,
): string {
  const { channel, showsSigmoid, marks } = choice;
  const isOfAll = output.channels === 1 && marks === "threshold";
  const what = isOfAll ? "The network" : `For class ${chosenClass(choice)} the network`;
  if (share > 0) return `${what} marks ${shareText(share)} of the image.`;
  if (marks === "named") return `${what} marks nothing here: it names no pixel so.`;
  if (marks === "largest") {
    const most = largestValues({ values: Float32Array.from(reading.shares) }, 1)[0];
    const instead = most === undefined ? "" : `; most of the image is class ${most.channel}`;
    return `${what} marks nothing here: other classes are larger everywhere${instead}.`;
  }
  const { high } = rangeOf(channelOf(output, channel));
  const largest = valueText(showsSigmoid ? sigmoid(high) : high);
  return `${what} marks nothing here: the largest value of its output is ${largest}.`;
}
