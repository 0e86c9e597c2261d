import { permuteAxes } from "../../formats/arrays/permuteAxes.ts";
import { convolutionKind, weightInput } from "../../formats/tflite/convolutions.ts";
import {
  isFloatType,
  TENSOR_TYPE,
  type TfliteOperator,
  type TfliteSubgraph,
  type TfliteTensor,
} from "../../formats/tflite/model.ts";
import type { SubgraphValues } from "../../formats/tflite/values.ts";
import { findWeight, isQuantized, readWeight } from "../../formats/tflite/weights.ts";
import type { AppliedConvolution, ModelKernels } from "../tensorflow/appliedConvolutions.ts";
import { MapGraph } from "../tensorflow/mapGraph.ts";
import { computed, type MapValue, storedFloats, storedIntegers } from "../tensorflow/mapValues.ts";
import { Untranslatable } from "../tensorflow/untranslatable.ts";
import { translateCounterpart } from "./counterparts.ts";
import { translateMaps } from "./mapOperators.ts";
import { translateOwn } from "./ownOperators.ts";
import { apartFor } from "./partsOfMaps.ts";
import type { TfliteCall } from "./tfliteCall.ts";

/** Operators that only change how numbers are stored. */
const HANDS_ON: ReadonlySet<string> = new Set(["DEQUANTIZE", "QUANTIZE", "FAKE_QUANT"]);

/** Types of sizes and axes. */
const WHOLE_TYPES: ReadonlySet<number> = new Set([TENSOR_TYPE.int32, TENSOR_TYPE.int64]);

const AXES = ["batch", "height", "width", "channels"] as const;

/** Smallest and largest number of the types that maps are quantized to. */
const RANGES: ReadonlyMap<number, readonly [number, number]> = new Map([
  [TENSOR_TYPE.int8, [-128, 127]],
  [TENSOR_TYPE.uint8, [0, 255]],
  [TENSOR_TYPE.int16, [-32768, 32767]],
]);

/** Translates the operators of one subgraph, which are in order. */
export class TfliteTranslator {
  readonly graph = new MapGraph();
  readonly applied: AppliedConvolution[] = [];
  readonly #main: TfliteSubgraph;
  readonly #values: SubgraphValues;
  readonly #layerOf: (operator: TfliteOperator) => string | null;
  readonly #made = new Map<number, MapValue>();
  /** Tensors that hold the same numbers as another one. */
  readonly #aliases = new Map<number, number>();
  readonly #kernels = new Map<string, ModelKernels>();

  constructor(
    main: TfliteSubgraph,
    values: SubgraphValues,
    layerOf: (operator: TfliteOperator) => string | null,
  ) {
    this.#main = main;
    this.#values = values;
    this.#layerOf = layerOf;
  }

  /** An image, one at a time; where the network takes whole numbers, what they stand for. */
  addInput(index: number): void {
    const tensor = this.#values.tensor(index);
    if (tensor === null) return;
    const { name, type } = tensor;
    const dimensions = tensor.dimensions.map((length, axis) =>
      axis === 0 ? (length ?? 1) : length,
    );
    if (dimensions.length !== 4) {
      throw new Untranslatable(
        `its input has ${dimensions.length} axes instead of those of an image`,
      );
    }
    const lengths = dimensions.map((length, axis) => length ?? `${name}_${AXES[axis]}`);
    const isPlainByte = type === TENSOR_TYPE.uint8 && !isQuantized(tensor);
    if (!isFloatType(type) && !isQuantized(tensor) && !isPlainByte) {
      throw new Untranslatable("its input takes numbers of a kind that is not run");
    }
    const input = this.graph.builder.input(
      name || "image",
      isPlainByte ? "uint8" : "float32",
      lengths,
    );
    const floats = isPlainByte
      ? this.graph.node("Cast", [input], `${name}_floats`, { attributes: { to: { int: 1 } } })
      : input;
    this.#made.set(index, computed(floats, dimensions));
  }

  async valueOf(index: number): Promise<MapValue | null> {
    const at = this.#aliases.get(index) ?? index;
    const known = this.#made.get(at);
    if (known !== undefined) return known;
    const tensor = this.#values.tensor(at);
    const data = tensor === null ? null : await this.#values.dataOf(tensor);
    if (tensor === null || data === null || this.#values.producers.has(at)) return null;
    const stored = await this.#stored(at, tensor);
    this.#made.set(at, stored);
    return stored;
  }

  /** What the operator behind a tensor chooses the largest entry of; null for any other. */
  async argumentOf(index: number): Promise<MapValue | null> {
    const producer = this.#values.producers.get(index);
    return producer?.operator === "ARG_MAX" ? this.valueOf(producer.inputs[0]) : null;
  }

  /** @throws Untranslatable, or what reading its numbers throws. */
  async translate(operator: TfliteOperator): Promise<void> {
    const { inputs, outputs } = operator;
    this.#requireScales(operator);
    if (HANDS_ON.has(operator.operator)) {
      this.#aliases.set(outputs[0], this.#aliases.get(inputs[0]) ?? inputs[0]);
      return;
    }
    const special = await this.#apartOrTogether(operator);
    const made = special ?? (await this.#translated(operator));
    if (made === null) throw new Untranslatable("ConvAtlas does not run one of its operators");
    for (const [position, index] of outputs.entries()) {
      const value = made[position];
      if (value !== undefined) this.#made.set(index, value);
    }
  }

  /** Plain sentences about quantized networks. */
  async remarks(): Promise<readonly string[]> {
    const isQuantizedMap = (index: number) => {
      const tensor = this.#values.tensor(index);
      return tensor !== null && RANGES.has(tensor.type) && isQuantized(tensor);
    };
    const isStored = (index: number) => !this.#values.producers.has(index);
    const maps = this.#main.operators.flatMap(({ outputs }) => outputs).filter(isQuantizedMap);
    if (maps.length === 0) return [];
    const remarks = [
      "The network computes with small whole numbers; here it runs with the real numbers that its weights stand for, and maps are not rounded.",
    ];
    for (const index of this.#main.inputs.filter(isStored).filter(isQuantizedMap)) {
      const range = await this.#realRange(index);
      if (range !== null) {
        remarks.push(`Its images hold values from ${range[0]} to ${range[1]}.`);
      }
    }
    return remarks;
  }

  async #realRange(index: number): Promise<readonly [string, string] | null> {
    const tensor = this.#values.tensor(index);
    const range = RANGES.get(tensor?.type ?? -1);
    const [scale] = (await tensor?.quantization?.float32s(2)) ?? [];
    const [zero = 0] = (await tensor?.quantization?.int64s(3)) ?? [];
    if (range === undefined || scale === undefined) return null;
    const text = (stored: number) => String(Number(((stored - zero) * scale).toPrecision(4)));
    return [text(range[0]), text(range[1])];
  }

  async #translated(operator: TfliteOperator): Promise<readonly MapValue[] | null> {
    const kernels = await this.#kernelsOf(operator);
    const weights = kernels === null ? -1 : convolutionKind(operator)?.weightInput;
    const inputs: (MapValue | null)[] = [];
    for (const [position, index] of operator.inputs.entries()) {
      inputs.push(position === weights ? null : await this.valueOf(index));
    }
    const [output, ...more] = operator.outputs.flatMap((index) => this.#values.tensor(index) ?? []);
    if (output === undefined) throw new Untranslatable("one of its operators makes nothing");
    const call: TfliteCall = {
      ...{ operator, inputs, kernels },
      outputs: [output, ...more],
      graph: this.graph,
      options: operator.options,
      layer: this.#layerOf(operator),
      // Converters join the names of all that they fused.
      label: output.name.split(";")[0] || operator.operator,
      note: (applied) => this.applied.push(applied),
    };
    return translateMaps(call) ?? translateCounterpart(call) ?? (await translateOwn(call));
  }

  async #apartOrTogether(operator: TfliteOperator): Promise<readonly MapValue[] | null> {
    const isApart = operator.operator === "SPACE_TO_BATCH_ND";
    if (!isApart && operator.operator !== "BATCH_TO_SPACE_ND") return null;
    const value = await this.valueOf(operator.inputs[0]);
    if (value?.kind !== "computed") throw new Untranslatable("an input of it is missing");
    if (isApart) return [{ ...value, apart: await apartFor(operator, this.#main, this.#values) }];
    if (value.apart === null) {
      throw new Untranslatable("it puts a map together that was not taken apart");
    }
    return [{ ...value, apart: null }];
  }

  async #kernelsOf(operator: TfliteOperator): Promise<ModelKernels | null> {
    const kind = convolutionKind(operator);
    if (kind === null) return null;
    const weight = await findWeight(weightInput(operator), this.#values);
    if (typeof weight === "string" || weight.axes.length !== 4) return null;
    const isTransposed = kind.operator === "ConvTranspose2d";
    const form = `${kind.layout} ${isTransposed} ${weight.data.start} ${JSON.stringify(weight.steps)}`;
    const known = this.#kernels.get(form);
    if (known !== undefined) return known;
    const numbers = await readWeight(weight, this.#values);
    if (typeof numbers === "string") throw new Untranslatable(numbers);
    const isFirst = kind.layout === "out,h,w,in/g" && !isTransposed;
    const permutation = isFirst ? [0, 3, 1, 2] : [3, 0, 1, 2];
    const dimensions = permutation.map((axis) => weight.axes[axis]);
    const turned = permuteAxes(numbers, weight.axes, permutation);
    const name = weight.tensor.name || "weights";
    const kernels: ModelKernels = {
      value: this.graph.builder.initializer(name, dimensions, turned),
      dimensions,
      layout: isTransposed ? "in,out/g,h,w" : "out,in/g,h,w",
      nodes: [],
    };
    this.#kernels.set(form, kernels);
    return kernels;
  }

  /** Real numbers of weights and settings, whole ones of axes and sizes. */
  async #stored(index: number, tensor: TfliteTensor): Promise<MapValue> {
    const { name, shape, type } = tensor;
    const scales = (await tensor.quantization?.float32s(2)) ?? [];
    if (WHOLE_TYPES.has(type) && scales.length === 0) {
      const integers = await this.#values.shapeVector(index);
      if (integers === null) throw new Untranslatable("it takes a long list of whole numbers");
      return storedIntegers(name, integers, shape);
    }
    const weight = await findWeight(index, this.#values);
    const numbers = typeof weight === "string" ? weight : await readWeight(weight, this.#values);
    if (typeof numbers === "string") throw new Untranslatable(numbers);
    return storedFloats(name, shape, numbers);
  }

  /** Whole numbers without a scale cannot be told from real ones that they stand for. */
  #requireScales({ inputs, outputs, operator }: TfliteOperator): void {
    for (const index of [...inputs, ...outputs]) {
      const tensor = this.#values.tensor(index);
      if (tensor === null || !RANGES.has(tensor.type) || isQuantized(tensor)) continue;
      const isPicture = tensor.type === TENSOR_TYPE.uint8 && operator === "CAST";
      if (!isPicture)
        throw new Untranslatable("it computes with whole numbers whose scale is not stated");
    }
  }
}
