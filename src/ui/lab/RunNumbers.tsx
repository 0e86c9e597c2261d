import type { JSX } from "react";
import { ClassTable } from "./ClassTable.tsx";
import { chosenClass, isOneClass } from "./labSelectors.ts";
import type { OutputChoice } from "./labState.ts";
import { markedSentence } from "./outputWords.ts";
import type { Segmentation } from "./useSegmentation.ts";
import { waysOf } from "./waysToDraw.ts";

interface Props {
  readonly segmentation: Segmentation;
  readonly choice: OutputChoice;
}

/** How much is marked and, where there is a mask, how well it agrees. */
export function RunNumbers({ segmentation, choice }: Props): JSX.Element {
  const { dice, classes, output, reading } = segmentation;
  const hasClasses = waysOf(output.channels, reading, choice).includes("classes");
  return (
    <div className="lab-numbers" data-result="lab.run">
      {dice !== null && (
        <>
          <p className="lab-dice" data-testid="lab-dice">
            Dice
            {hasClasses && isOneClass(choice) ? ` of class ${chosenClass(choice)}:` : ""}{" "}
            {dice.toFixed(3)}
          </p>
          <p className="small">
            How well what is marked agrees with the mask, the right answer:{" "}
            <span data-scale>1 is the same area, 0 none in common</span> (twice the shared area,
            divided by the sum of both).
          </p>
        </>
      )}
      <p className="small muted">
        {markedSentence(segmentation, choice)}
        {dice === null && " Whether that is right, only a mask can tell."}
      </p>
      {hasClasses && <ClassTable classes={classes} choice={choice} />}
    </div>
  );
}
