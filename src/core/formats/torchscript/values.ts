import type { Size2d } from "../../network/size2d.ts";
import type { PickledObject } from "../pickle/values.ts";
import type { StoredTensor } from "../pytorch/torchTensor.ts";

/** What a variable of the code holds, as far as it is followed. */
export type ScriptValue =
  | null
  | boolean
  | number
  | string
  | ScriptList
  | ScriptDictionary
  | TensorValue
  | SizeNumber
  /** A tensor of the file: a weight, a statistic, a constant. */
  | StoredTensor
  /** An object of the file: a module. */
  | PickledObject
  | FunctionName
  | PackedWeight
  | Unknown;

/** A list or a tuple; the code never asks which. */
export class ScriptList {
  readonly items: ScriptValue[];

  constructor(items: ScriptValue[]) {
    this.items = items;
  }
}

export class ScriptDictionary {
  readonly entries = new Map<string | number, ScriptValue>();
}

/** A tensor that the network computes. */
export class TensorValue {
  /** Index of the node of the graph that makes it. */
  readonly node: number;
  /** Number of axes; null if not known. */
  readonly rank: number | null;

  constructor(node: number, rank: number | null) {
    this.node = node;
    this.rank = rank;
  }
}

/** A number that depends on the size of the image: a node of the graph makes it. */
export class SizeNumber {
  readonly node: number;

  constructor(node: number) {
    this.node = node;
  }
}

/** A name with dots: `torch.conv2d`, `__torch__.torch.nn.functional.interpolate`. */
export class FunctionName {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }
}

/** Settings of a 2-D convolution. */
export interface ConvolutionSettings {
  readonly isTransposed: boolean;
  readonly stride: Size2d;
  readonly padding: Size2d | "same";
  readonly outputPadding: Size2d;
  readonly dilation: Size2d;
  readonly groups: number;
}

/** The weight of a convolution together with its settings, as quantized and mobile networks pack it. */
export class PackedWeight {
  readonly weight: StoredTensor;
  readonly settings: ConvolutionSettings;

  constructor(weight: StoredTensor, settings: ConvolutionSettings) {
    this.weight = weight;
    this.settings = settings;
  }
}

/** Anything that is not followed. */
export class Unknown {
  readonly isUnknown = true;
}

export const UNKNOWN = new Unknown();
