import { type JSX, useCallback, useMemo } from "react";
import { DataCanvas } from "./DataCanvas.tsx";
import { channelPicture, colourPicture, type OutputPicture } from "./drawOutput.ts";
import { drawClasses, drawMaskOutline, drawOverlay, drawPixels } from "./drawOverlay.ts";
import { mapPixels } from "./drawPicture.ts";
import { innermostPixels } from "./innermostPixels.ts";
import { chosenClass, imageWithId, isOneClass } from "./labSelectors.ts";
import type { Drawn, OutputChoice } from "./labState.ts";
import { useLab } from "./labStore.ts";
import { percentText, valueText } from "./labWords.ts";
import type { Segmentation } from "./useSegmentation.ts";
import { drawnFor, waysOf } from "./waysToDraw.ts";

interface Props {
  readonly segmentation: Segmentation;
  /** Of an output that is a map; null for others. */
  readonly choice: OutputChoice | null;
  readonly side: number;
}

/** The image as the network sees it with what it marks, or what it gives out. */
export function LargeImage({ segmentation, choice, side }: Props): JSX.Element {
  const { input, area, mask, share, output, reading } = segmentation;
  const images = useLab((state) => state.images);
  const { drawn: chosen, opacity } = useLab((state) => state.overlay);
  const drawn =
    choice === null ? "image" : drawnFor(chosen, waysOf(output.channels, reading, choice));
  // What is shown may be of the run before, while the next one goes on or has failed.
  const name = imageWithId({ images }, segmentation.image)?.name ?? "";
  const inputPixels = useMemo(() => mapPixels(input), [input]);
  const picture = useMemo(
    () => outputPicture(segmentation, choice, drawn),
    [segmentation, choice, drawn],
  );
  const pixels = picture?.pixels ?? inputPixels;
  const classes = useMemo(() => {
    const { classMap } = reading;
    const isShown = drawn === "classes" && classMap !== null;
    return isShown ? { classMap, places: innermostPixels(classMap, output.width) } : null;
  }, [reading, drawn, output.width]);
  const draw = useCallback(
    (context: CanvasRenderingContext2D) => {
      drawPixels(context, pixels);
      if (drawn === "image") return;
      if (drawn === "marked") drawOverlay(context, { area, opacity });
      if (classes !== null) drawClasses(context, { area, opacity, ...classes });
      if (mask !== null) drawMaskOutline(context, mask.area);
    },
    [pixels, drawn, opacity, area, classes, mask],
  );
  return (
    <figure>
      <DataCanvas
        dataWidth={input.width}
        dataHeight={input.height}
        side={side}
        label={`${name}${labelWords(drawn, share)}`}
        draw={draw}
      />
      {choice !== null && (
        <figcaption className="lab-key small" data-preview>
          {drawn === "marked" && <span className="lab-key-network">marked by the network</span>}
          {drawn === "classes" && (
            <span className="lab-key-class">
              {isOneClass(choice)
                ? `class ${chosenClass(choice)}, chosen in the list`
                : "all that is marked"}
            </span>
          )}
          {drawn !== "image" && mask !== null && (
            <span className="lab-key-mask">the given mask</span>
          )}
          {picture !== null && <OutputScale picture={picture} />}
        </figcaption>
      )}
    </figure>
  );
}

function outputPicture(
  { output, reading }: Segmentation,
  choice: OutputChoice | null,
  drawn: Drawn,
): OutputPicture | null {
  if (choice === null) return null;
  switch (drawn) {
    case "classes":
    case "marked":
    case "image":
      return null;
    case "values":
      return channelPicture(output, choice, reading);
    case "colours":
      return colourPicture(output, reading);
  }
}

function labelWords(drawn: Drawn, share: number): string {
  switch (drawn) {
    case "classes":
      return " as the network sees it, each class in a colour of its own";
    case "marked":
      return ` as the network sees it; the network marks ${percentText(share)} of it`;
    case "image":
      return " as the network sees it";
    case "values":
      return ": values of the output";
    case "colours":
      return ": the output as a colour picture";
  }
}

/** Which values are black and white; a picture without it could be read either way. */
function OutputScale({ picture: { window } }: { readonly picture: OutputPicture }): JSX.Element {
  return (
    <span className="lab-key-scale">
      {valueText(window.low)} is black, {valueText(window.high)} white
    </span>
  );
}
