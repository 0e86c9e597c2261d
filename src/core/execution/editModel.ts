import { malformedFile, withFileName } from "../formats/protobuf/errors.ts";
import { MessageWriter } from "../formats/protobuf/messageWriter.ts";
import { fieldsOf, type WireField } from "../formats/protobuf/wire.ts";
import { shownName } from "../formats/shownName.ts";
import {
  type EncodedModel,
  type EncodedNode,
  GRAPH_FIELD,
  GRAPH_FIELDS,
  type GraphField,
  NODE_INPUT_FIELD,
  outlineModel,
} from "./encodedGraph.ts";
import type { ReplaceableWeights } from "./executable.ts";
import { encodedNode, valueInfo } from "./onnxModel.ts";

/** What is to be changed of a model; what is left out stays. */
export interface ModelEdit {
  /** Values of the graph to be made outputs, in this order behind those that it has. */
  readonly expose?: readonly string[];
  /** Weights to be taken from inputs of the model; no node may stand in two of them. */
  readonly replace?: readonly ReplaceableWeights[];
  /** Which of the model's own outputs stay; what only the others need is not computed. */
  readonly keep?: readonly string[];
}

export interface EditedModel {
  /** An encoded `ModelProto`. */
  readonly model: Uint8Array<ArrayBuffer>;
  /**
   * For each of `replace` the input that takes its weights: float32 in its `dimensions`,
   * whatever the element type of the weights.
   */
  readonly weightInputs: readonly string[];
}

/**
 * Changes an encoded model. Nothing is decoded but names: whatever the edit does not concern is
 * copied byte for byte, each tensor once. Tensors that nothing needs any more are left out, so
 * that weights do not lie in memory twice.
 *
 * @param model an encoded `ModelProto`; not changed.
 * @throws ConvAtlasError `malformed` if the bytes are no model or lack what the edit names.
 */
export function editModel(model: Uint8Array<ArrayBuffer>, edit: ModelEdit): EditedModel {
  try {
    return new Editing(model, edit).result();
  } catch (thrown) {
    throw withFileName(thrown, "The model");
  }
}

/** In place of a name, of inputs and of outputs that are left out (onnx.proto3, NodeProto). */
const LEFT_OUT = "";

/** Inputs of nodes by what they are replaced by. */
type Rewiring = ReadonlyMap<string, string>;

const NO_REWIRING: Rewiring = new Map();

class Editing {
  private readonly bytes: Uint8Array<ArrayBuffer>;
  private readonly encoded: EncodedModel;
  private readonly nodes: readonly EncodedNode[];
  private readonly makers = new Map<string, EncodedNode>();
  /** Names of all that a node may take. */
  private readonly values: ReadonlySet<string>;
  private readonly edit: ModelEdit;
  private readonly rewirings = new Map<EncodedNode, Map<string, string>>();
  private readonly weightInputs: string[] = [];
  /** New nodes and inputs of the graph. */
  private readonly added = new MessageWriter();

  constructor(bytes: Uint8Array<ArrayBuffer>, edit: ModelEdit) {
    this.bytes = bytes;
    this.edit = edit;
    this.encoded = outlineModel(bytes);
    this.nodes = this.encoded.graph.filter((part) => part.kind === "node");
    for (const node of this.nodes) {
      for (const output of node.outputs) {
        if (output !== LEFT_OUT) this.makers.set(output, node);
      }
    }
    this.values = new Set([
      ...this.makers.keys(),
      ...this.namesOf("input"),
      ...this.namesOf("initializer"),
    ]);
  }

  result(): EditedModel {
    this.replaceWeights(this.edit.replace ?? []);
    const { keep, expose = [] } = this.edit;
    const outputs = this.namesOf("output");
    const kept = outputs.filter((name) => expose.includes(name) || (keep?.includes(name) ?? true));
    const exposed = [...new Set(expose)].filter((name) => !kept.includes(name));
    const missing = exposed.find((name) => !this.values.has(name));
    if (missing !== undefined) throw malformedFile(`it has no value ${shownName(missing)}`);
    const isKept = this.keeping(outputs, [...kept, ...exposed]);
    const graph = new MessageWriter().fields(this.added.finish());
    for (const part of this.encoded.graph) {
      if (isKept(part)) this.copy(part, graph);
    }
    // ONNX Runtime infers types and shapes of outputs that do not state them.
    for (const name of exposed)
      graph.message(GRAPH_FIELDS.output, new MessageWriter().text(1, name));
    return { model: this.around(graph), weightInputs: this.weightInputs };
  }

  private replaceWeights(replaced: readonly ReplaceableWeights[]): void {
    const taken = this.usedNames();
    const unique = (wanted: string) => {
      let name = wanted;
      for (let count = 2; taken.has(name); count += 1) name = `${wanted} ${count}`;
      taken.add(name);
      return name;
    };
    for (const { value, nodes, dimensions, elements } of replaced) {
      const input = unique(`${value} replaced`);
      this.weightInputs.push(input);
      this.added.message(GRAPH_FIELDS.input, valueInfo(input, "float32", dimensions));
      let given = input;
      if (elements !== "float32") {
        given = unique(`${input} as ${elements}`);
        const cast = encodedNode("Cast", [input], [given], { to: { elements } });
        this.added.message(GRAPH_FIELDS.node, cast);
      }
      for (const output of nodes) this.rewire(output, value, given);
    }
  }

  private rewire(output: string, from: string, to: string): void {
    const node = this.makers.get(output);
    if (node === undefined || !node.inputs.includes(from)) {
      throw malformedFile(`no node of it makes ${shownName(output)} with ${shownName(from)}`);
    }
    const rewiring = this.rewirings.get(node) ?? new Map<string, string>();
    this.rewirings.set(node, rewiring.set(from, to));
  }

  /**
   * Tells what stays in the graph. Nodes and tensors go that were needed for the outputs and are
   * not any longer; what nothing needed before either is not ours to judge.
   */
  private keeping(before: readonly string[], after: readonly string[]) {
    const wasNeeded = this.needed(before, () => NO_REWIRING);
    const idle = new Set(
      this.nodes.filter(({ outputs }) => !outputs.some((name) => wasNeeded.has(name))),
    );
    const isNeeded = this.needed(
      [...after, ...[...idle].flatMap(({ inputs, captured }) => [...inputs, ...captured])],
      (node) => this.rewirings.get(node) ?? NO_REWIRING,
    );
    const isDropped = (name: string) => wasNeeded.has(name) && !isNeeded.has(name);
    // Old files list their stored tensors among the inputs too.
    const tensors = new Set(this.namesOf("initializer"));
    const outputs = new Set(after);
    return (part: GraphField): boolean => {
      switch (part.kind) {
        case "node":
          return idle.has(part) || part.outputs.some((name) => isNeeded.has(name));
        case "initializer":
          return !isDropped(part.name);
        case "input":
          return !(tensors.has(part.name) && isDropped(part.name));
        case "output":
          return outputs.has(part.name);
        case "other":
          return true;
      }
    };
  }

  /** All values that are computed to have `wanted`, those included. */
  private needed(
    wanted: readonly string[],
    rewiringOf: (node: EncodedNode) => Rewiring,
  ): ReadonlySet<string> {
    const needed = new Set<string>();
    const done = new Set<EncodedNode>();
    const waiting = [...wanted];
    for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
      if (name === LEFT_OUT) continue;
      needed.add(name);
      const node = this.makers.get(name);
      if (node === undefined || done.has(node)) continue;
      done.add(node);
      const rewiring = rewiringOf(node);
      for (const input of node.inputs) waiting.push(rewiring.get(input) ?? input);
      for (const captured of node.captured) waiting.push(captured);
    }
    return needed;
  }

  private copy(part: GraphField, to: MessageWriter): void {
    const rewiring = part.kind === "node" ? this.rewirings.get(part) : undefined;
    if (rewiring === undefined) {
      to.fields(this.encodedField(part.field));
      return;
    }
    const node = new MessageWriter();
    let at = 0;
    for (const field of fieldsOf(this.bytes, part.field)) {
      const isInput = field.number === NODE_INPUT_FIELD && field.wireType === "bytes";
      const name = isInput && part.kind === "node" ? part.inputs[at++] : null;
      const replacement = name === null ? undefined : rewiring.get(name);
      if (replacement === undefined) node.fields(this.encodedField(field));
      else node.text(NODE_INPUT_FIELD, replacement);
    }
    to.message(GRAPH_FIELDS.node, node);
  }

  /** The model with this graph in the place of its own. */
  private around(graph: MessageWriter): Uint8Array<ArrayBuffer> {
    const model = new MessageWriter();
    let isWritten = false;
    for (const field of this.encoded.fields) {
      if (field.number !== GRAPH_FIELD) model.fields(this.encodedField(field));
      else if (!isWritten) {
        model.message(GRAPH_FIELD, graph);
        isWritten = true;
      }
    }
    return model.finish();
  }

  private encodedField({ tagStart, end }: WireField): Uint8Array {
    return this.bytes.subarray(tagStart, end);
  }

  private namesOf(kind: "initializer" | "input" | "output"): readonly string[] {
    return this.encoded.graph.flatMap((part) => (part.kind === kind ? [part.name] : []));
  }

  private usedNames(): Set<string> {
    const used = this.nodes.flatMap(({ inputs, captured }) => [...inputs, ...captured]);
    return new Set([...this.values, ...used]);
  }
}
