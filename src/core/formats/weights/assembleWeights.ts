import type { Network } from "../../network/network.ts";
import type { ReadContext } from "../format.ts";
import { type LayerPlan, readKernels } from "../readKernels.ts";
import type { LayoutConvention, NamedTensor } from "./namedTensor.ts";

export type AssembledWeights = Pick<
  Network,
  "layers" | "skipped" | "questions" | "parameters" | "warnings"
>;

/** The convolutions among the tensors of a file that holds weights without a graph. */
export async function assembleWeights(
  tensors: readonly NamedTensor[],
  _convention: LayoutConvention,
  context: ReadContext,
): Promise<AssembledWeights> {
  const plans = tensors
    .filter(({ shape, isFloat }) => shape.length === 4 && isFloat)
    .map(
      ({ name, shape, module, read }): LayerPlan => ({
        name: name.replace(/\.weight$/, ""),
        operator: module?.operator ?? "Conv2d",
        axes: shape,
        layout: module?.operator === "ConvTranspose2d" ? "in,out/g,h,w" : "out,in/g,h,w",
        groups: module?.groups ?? 1,
        stride: module?.stride ?? [1, 1],
        dilation: module?.dilation ?? [1, 1],
        graphNode: null,
        read,
      }),
    );
  const { layers, skipped, warnings } = await readKernels(plans, context);
  const parameters = tensors.reduce(
    (sum, { shape }) => sum + shape.reduce((product, length) => product * length, 1),
    0,
  );
  return { layers, skipped, questions: [], parameters, warnings };
}
