import { throwIfCancelled } from "../../errors.ts";
import type { ReadContext } from "../../formats/format.ts";
import { shownName } from "../../formats/shownName.ts";
import { buildGraph } from "../../formats/tflite/buildGraph.ts";
import type { TfliteOperator } from "../../formats/tflite/model.ts";
import type { OpenTflite } from "../../formats/tflite/openTflite.ts";
import { SubgraphValues } from "../../formats/tflite/values.ts";
import type { Network } from "../../network/network.ts";
import type { ExecutableNetwork } from "../executable.ts";
import { executableNetwork } from "../tensorflow/appliedConvolutions.ts";
import { addOutputs, lostRemarks, type NamedOutput } from "../tensorflow/graphOutputs.ts";
import {
  inPlace,
  type OperatorPlace,
  Untranslatable,
  withPlace,
} from "../tensorflow/untranslatable.ts";
import { TfliteTranslator } from "./tfliteTranslator.ts";

const CONVERTER = "python -m tf2onnx.convert --tflite FILE --output model.onnx";

/**
 * The first subgraph of a TensorFlow Lite file as an ONNX model of float32 numbers. Results that
 * take operators which cannot be run are left out as long as another one can.
 *
 * @throws ConvAtlasError `cannot-run` that names the operator in the way.
 */
export async function convertTflite(
  { buffer, model, main }: OpenTflite,
  { source, signal }: Pick<ReadContext, "source" | "signal">,
  network: Network,
): Promise<ExecutableNetwork> {
  const values = new SubgraphValues(model, main, buffer);
  const { positions } = await buildGraph(main, values, signal);
  const layers = new Map(network.layers.map((layer) => [layer.graphNode, layer.name]));
  const layerOf = (operator: TfliteOperator) => layers.get(positions.get(operator) ?? -1) ?? null;
  const translator = new TfliteTranslator(main, values, layerOf);
  const name = (index: number) => shownName(values.tensor(index)?.name ?? `tensor ${index}`);
  for (const output of main.outputs) translator.graph.reserve(name(output));
  const place = (operator: string, tensor: number) => ({
    file: source.name,
    // Operators without a name are called "operator 123".
    operator: operator.replace(/^operator /, "number "),
    node: name(tensor),
    converter: CONVERTER,
  });
  const failed = await translateAll(translator, main, place, signal);
  const made: NamedOutput[] = [];
  for (const output of main.outputs) {
    const value = failed.has(output) ? null : await translator.valueOf(output);
    if (value?.kind !== "computed") continue;
    made.push({ name: name(output), value, argument: await translator.argumentOf(output) });
  }
  if (made.length === 0) {
    const [failure] = failed.values();
    throw (
      failure ?? withPlace(new Untranslatable("no result of it can be told"), place("graph", -1))
    );
  }
  const outputRemarks = inPlace(place("result", main.outputs[0] ?? -1), () =>
    addOutputs(translator.graph, made),
  );
  const lost = main.outputs.filter((output) => failed.has(output)).map(name);
  const remarks = [...(await translator.remarks()), ...outputRemarks, ...lostRemarks(lost)];
  return executableNetwork(translator.graph, translator.applied, network, remarks);
}

/** By tensor, why it cannot be made: for a reason of its operator, or because what that takes cannot. */
async function translateAll(
  translator: TfliteTranslator,
  { inputs, operators }: OpenTflite["main"],
  place: (operator: string, tensor: number) => OperatorPlace,
  signal: AbortSignal,
): Promise<ReadonlyMap<number, unknown>> {
  const failed = new Map<number, unknown>();
  const attempt = async (operator: string, outputs: readonly number[], run: () => unknown) => {
    throwIfCancelled(signal);
    try {
      await run();
    } catch (thrown) {
      if (!(thrown instanceof Untranslatable)) throw thrown;
      const failure = withPlace(thrown, place(operator, outputs[0] ?? -1));
      for (const output of outputs) failed.set(output, failure);
    }
  };
  for (const input of inputs) {
    await attempt("input", [input], () => translator.addInput(input));
  }
  for (const operator of operators) {
    const before = operator.inputs.find((input) => failed.has(input));
    if (before === undefined) {
      await attempt(operator.operator, operator.outputs, () => translator.translate(operator));
    } else for (const output of operator.outputs) failed.set(output, failed.get(before));
  }
  return failed;
}
