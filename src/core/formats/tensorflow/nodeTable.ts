import { inputReference, type TensorFlowNode } from "./graphDef.ts";

/** Calls within calls whose results are handed on; far more than any network has. */
const MAX_STEPS = 1000;

/** A node's output that a node takes. */
export interface Producer {
  readonly node: TensorFlowNode;
  readonly output: number;
}

/** Nodes by name, and who makes what. */
export class NodeTable {
  readonly nodes: readonly TensorFlowNode[];
  readonly #byName = new Map<string, TensorFlowNode>();
  /** What is known already by the text of an input. */
  readonly #producers = new Map<string, Producer | null>();
  readonly #consumers = new Map<TensorFlowNode, TensorFlowNode[]>();

  constructor(nodes: readonly TensorFlowNode[]) {
    this.nodes = nodes;
    for (const node of nodes) {
      if (!this.#byName.has(node.name)) this.#byName.set(node.name, node);
    }
    for (const node of nodes) {
      for (const { node: before } of this.producers(node)) {
        const known = this.#consumers.get(before);
        if (known === undefined) this.#consumers.set(before, [node]);
        else known.push(node);
      }
    }
  }

  named(name: string): TensorFlowNode | null {
    return this.#byName.get(name) ?? null;
  }

  /** The node behind an input's text, seen through nodes that hand on several inputs. */
  producer(input: string | undefined): Producer | null {
    const passed: string[] = [];
    let at = input;
    let found: Producer | null = null;
    while (at !== undefined && passed.length < MAX_STEPS) {
      const known = this.#producers.get(at);
      if (known !== undefined) {
        found = known;
        break;
      }
      passed.push(at);
      const reference = inputReference(at);
      const node = reference === null ? undefined : this.#byName.get(reference.node);
      if (reference === null || node === undefined) break;
      if (node.op !== "IdentityN") {
        found = { node, output: reference.output };
        break;
      }
      at = node.inputs[reference.output];
    }
    for (const each of passed) this.#producers.set(each, found);
    return found;
  }

  /** Producers of all inputs that carry tensors. */
  producers(node: TensorFlowNode): readonly Producer[] {
    return node.inputs.flatMap((input) => this.producer(input) ?? []);
  }

  /** Nodes that take any output of `node`. */
  consumers(node: TensorFlowNode): readonly TensorFlowNode[] {
    return this.#consumers.get(node) ?? [];
  }

  /** The given nodes and all that they depend on. */
  ancestors(roots: Iterable<TensorFlowNode>): Set<TensorFlowNode> {
    return reached(roots, (node) => this.producers(node).map((producer) => producer.node));
  }

  /** The given nodes and all that depend on them. */
  descendants(roots: Iterable<TensorFlowNode>): Set<TensorFlowNode> {
    return reached(roots, (node) => this.consumers(node));
  }

  /**
   * An order of execution: each node after those whose outputs it takes, else in the file's
   * order. Loops of TensorFlow 1 are cut where they turn back.
   */
  inExecutionOrder(): readonly TensorFlowNode[] {
    const ordered: TensorFlowNode[] = [];
    const seen = new Set<TensorFlowNode>();
    for (const start of this.nodes) {
      if (seen.has(start)) continue;
      seen.add(start);
      // Depth first with a stack of its own: graphs are deeper than the call stack.
      const stack = [{ node: start, before: this.producers(start), next: 0 }];
      for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
        const producer = top.before[top.next];
        top.next += 1;
        if (producer === undefined) {
          // Who takes what such a node hands on takes it from where it comes.
          if (top.node.op !== "IdentityN") ordered.push(top.node);
          stack.pop();
        } else if (!seen.has(producer.node)) {
          seen.add(producer.node);
          stack.push({ node: producer.node, before: this.producers(producer.node), next: 0 });
        }
      }
    }
    return ordered;
  }
}

function reached(
  roots: Iterable<TensorFlowNode>,
  next: (node: TensorFlowNode) => readonly TensorFlowNode[],
): Set<TensorFlowNode> {
  const found = new Set(roots);
  // A set hands out what is added to it while it is walked.
  for (const node of found) for (const other of next(node)) found.add(other);
  return found;
}
