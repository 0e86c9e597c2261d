import type { Drawn, OutputChoice } from "./labState.ts";
import { hasSeveralClasses, type OutputReading } from "./outputReading.ts";

/** What a picture of an output can show. */
export function waysOf(
  channels: number,
  reading: Pick<OutputReading, "classMap" | "isClassNumbers" | "isSoftmax" | "isNearUnit">,
  { marks }: Pick<OutputChoice, "marks">,
): readonly Drawn[] {
  // Several sigmoids may overlap, and pictures have values near one too.
  const areExclusive = reading.isClassNumbers || reading.isSoftmax || !reading.isNearUnit;
  const isByClass = marks !== "threshold" || reading.isClassNumbers;
  const hasClasses = hasSeveralClasses(reading) && areExclusive && isByClass;
  return [
    ...(hasClasses ? (["classes"] as const) : []),
    ...(["marked", "image", "values"] as const),
    ...(channels === 3 ? (["colours"] as const) : []),
  ];
}

/** The way that is chosen, as far as an output has it. */
export function drawnFor(drawn: Drawn, ways: readonly Drawn[]): Drawn {
  if (ways.includes(drawn)) return drawn;
  return drawn === "colours" ? "values" : "marked";
}
