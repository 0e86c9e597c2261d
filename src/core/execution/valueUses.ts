import type { OnnxNode, OnnxTensor } from "../formats/onnx/model.ts";

/** Operators on each number by itself (and softmax) that follow a convolution as its activation. */
const ACTIVATIONS: ReadonlySet<string> = new Set(
  `Relu LeakyRelu PRelu Elu Celu Selu Clip Sigmoid HardSigmoid HardSwish Swish QuickGelu Gelu Mish
  Tanh Softplus Softsign Softmax ThresholdedRelu`.split(/\s+/),
);

/** What may stand between a convolution and its activation. */
const PASSED_OVER: ReadonlySet<string> = new Set(
  `BatchNormalization InstanceNormalization GroupNormalization LayerNormalization Identity Dropout
  Cast`.split(/\s+/),
);

/** x * gate(x): exporters write Swish and HardSwish (SiLU) as two nodes. */
const GATES: ReadonlySet<string> = new Set(["Sigmoid", "HardSigmoid"]);

/** Nodes from a convolution to its activation; two are usual. */
const MAX_STEPS = 8;

/** What becomes of the values of a graph. */
export class ValueUses {
  private readonly users = new Map<string, OnnxNode[]>();
  private readonly tensors: ReadonlyMap<string, OnnxTensor>;
  private readonly isReachable: (node: OnnxNode) => boolean;

  /** @param isReachable whether what a node makes can be made an output of the model. */
  constructor(
    nodes: readonly OnnxNode[],
    tensors: ReadonlyMap<string, OnnxTensor>,
    isReachable: (node: OnnxNode) => boolean,
  ) {
    this.tensors = tensors;
    this.isReachable = isReachable;
    for (const node of nodes) {
      for (const input of new Set(node.inputs)) {
        const users = this.users.get(input);
        if (users === undefined) this.users.set(input, [node]);
        else users.push(node);
      }
    }
  }

  /** A convolution's maps after the bias, where that is added by a node of its own. */
  afterBias(value: string, channels: number): string {
    const add = this.onlyUser(value);
    if (add?.operator !== "Add") return value;
    const bias = this.tensors.get(add.inputs.find((input) => input !== value) ?? "");
    const isBias = bias !== undefined && (bias.elements === channels || bias.elements === 1);
    return isBias ? add.outputs[0] : value;
  }

  /** Maps after the activation that alone takes them, with or without a normalisation before. */
  afterActivation(value: string): string | null {
    let at = value;
    for (let count = 0; count < MAX_STEPS; count += 1) {
      const next = this.onlyUser(at);
      if (next === null || next.inputs[0] !== at) return this.afterGate(at);
      if (ACTIVATIONS.has(next.operator)) return next.outputs[0];
      if (!PASSED_OVER.has(next.operator)) return null;
      at = next.outputs[0];
    }
    return null;
  }

  private afterGate(value: string): string | null {
    const users = this.users.get(value) ?? [];
    const gate = users.find(({ operator }) => GATES.has(operator));
    if (users.length !== 2 || gate === undefined) return null;
    const product = this.onlyUser(gate.outputs[0]);
    const isGated = product?.operator === "Mul" && users.includes(product);
    return isGated ? product.outputs[0] : null;
  }

  private onlyUser(value: string): OnnxNode | null {
    const [user, ...others] = this.users.get(value) ?? [];
    return user !== undefined && others.length === 0 && this.isReachable(user) ? user : null;
  }
}
