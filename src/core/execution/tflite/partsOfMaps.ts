import type { BatchDilation } from "../../formats/tensorflow/batchDilation.ts";
import type { TfliteOperator, TfliteSubgraph } from "../../formats/tflite/model.ts";
import type { SubgraphValues } from "../../formats/tflite/values.ts";
import { Untranslatable } from "../tensorflow/untranslatable.ts";

/** A convolution, a bias, an activation may stand between the two. */
const MAX_STEPS = 4;

/**
 * The dilation that is meant where old converters take a map apart for a convolution
 * (`SPACE_TO_BATCH_ND`), with the padding that is left after what is cropped behind it.
 */
export async function apartFor(
  operator: TfliteOperator,
  { operators }: TfliteSubgraph,
  values: SubgraphValues,
): Promise<BatchDilation> {
  const block = await values.shapeVector(operator.inputs[1]);
  const paddings = await values.shapeVector(operator.inputs[2]);
  let at: TfliteOperator | undefined = operator;
  for (let step = 0; step < MAX_STEPS && at?.operator !== "BATCH_TO_SPACE_ND"; step += 1) {
    const made: number | undefined = at?.outputs[0];
    at = operators.find(({ inputs }) => made !== undefined && inputs.includes(made));
  }
  const crops = await values.shapeVector(at?.inputs[2]);
  if (block?.length !== 2 || paddings?.length !== 4 || crops?.length !== 4) {
    throw new Untranslatable("it takes a map apart in a way that no dilation means");
  }
  const [top, bottom, left, right] = paddings.map((length, index) => length - crops[index]);
  return {
    dilation: [block[0], block[1]],
    padding: { kind: "explicit", before: [top, left], after: [bottom, right] },
  };
}
