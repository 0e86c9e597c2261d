/**
 * The part of Python that TorchScript is saved in (torch/csrc/jit/serialization/python_print.cpp):
 * calls, attributes, literals, assignments, branches and loops. Types are expressions too.
 */
export type Expression =
  | { readonly kind: "literal"; readonly value: null | boolean | number | string }
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "attribute"; readonly of: Expression; readonly name: string }
  | { readonly kind: "subscript"; readonly of: Expression; readonly index: Expression }
  | Call
  | { readonly kind: "list"; readonly items: readonly Expression[] }
  | {
      readonly kind: "dictionary";
      readonly entries: readonly (readonly [Expression, Expression])[];
    }
  | {
      readonly kind: "choice";
      readonly condition: Expression;
      readonly yes: Expression;
      readonly no: Expression;
    };

export interface Call {
  readonly kind: "call";
  readonly callee: Expression;
  readonly args: readonly Expression[];
  readonly keywords: ReadonlyMap<string, Expression>;
}

export type Statement =
  /** Several targets take the items of the value. */
  | {
      readonly kind: "assign";
      readonly targets: readonly Expression[];
      readonly isUnpacking: boolean;
      readonly value: Expression;
    }
  | { readonly kind: "expression"; readonly value: Expression }
  | { readonly kind: "return"; readonly value: Expression }
  | {
      readonly kind: "if";
      readonly condition: Expression;
      readonly yes: Block;
      readonly no: Block;
    }
  | {
      readonly kind: "for";
      readonly target: Expression;
      readonly iterable: Expression;
      readonly body: Block;
    }
  | { readonly kind: "while"; readonly condition: Expression; readonly body: Block }
  | { readonly kind: "with"; readonly body: Block };

export type Block = readonly Statement[];

export interface Parameter {
  readonly name: string;
  readonly type: Expression | null;
  readonly fallback: Expression | null;
}

export interface ScriptFunction {
  readonly name: string;
  readonly parameters: readonly Parameter[];
  readonly body: Block;
}

/** A class: its methods, and attributes that have a value for all its objects. */
export interface ScriptClass {
  readonly name: string;
  readonly methods: ReadonlyMap<string, ScriptFunction>;
  readonly constants: ReadonlyMap<string, Expression>;
}

/** What one file of code declares, by name. */
export interface ScriptFile {
  readonly functions: ReadonlyMap<string, ScriptFunction>;
  readonly classes: ReadonlyMap<string, ScriptClass>;
}

/** Whether a block raises an error, as checks of inputs do. */
export function isRefusal(block: Block): boolean {
  return block.some(
    (statement) =>
      statement.kind === "expression" &&
      statement.value.kind === "call" &&
      statement.value.callee.kind === "attribute" &&
      statement.value.callee.name === "RaiseException",
  );
}
