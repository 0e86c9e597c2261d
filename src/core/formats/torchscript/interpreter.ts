import { PickledGlobal, PickledObject, type PickledValue } from "../pickle/values.ts";
import { attributesOf } from "../pytorch/moduleTensors.ts";
import { CannotFollow } from "./cannotFollow.ts";
import { Effort } from "./effort.ts";
import { inputFor } from "./forwardInputs.ts";
import { itemOf, partOf } from "./indexing.ts";
import { translateMaps } from "./mapOperators.ts";
import { operatorName } from "./operatorCall.ts";
import { computePlain, isKey, truthOf } from "./plainOperators.ts";
import type { Program } from "./program.ts";
import type { ScriptGraph } from "./scriptGraph.ts";
import { StoredValues } from "./storedValues.ts";
import {
  type Block,
  type Call,
  type Expression,
  isRefusal,
  type ScriptFunction,
  type Statement,
} from "./syntax.ts";
import { FunctionName, ScriptDictionary, ScriptList, type ScriptValue, UNKNOWN } from "./values.ts";

/** Names that code looks up in no variable: beginnings of longer names, and Python's functions. */
const GLOBALS: ReadonlySet<string> = new Set([
  "torch",
  "ops",
  "__torch__",
  "CONSTANTS",
  "int",
  "float",
  "bool",
  "str",
  "range",
  "print",
  "sorted",
]);

type Variables = Map<string, ScriptValue>;

/** The value that a block returns; undefined if it goes on behind the block. */
type Returned = ScriptValue | undefined;

/**
 * Follows the code of a network with an image of unknown size, and notes what it does to maps
 * in a graph. No code runs: each statement is looked at, and operators are translated.
 */
export class Interpreter {
  readonly #program: Program;
  readonly #graph: ScriptGraph;
  readonly #constants: readonly PickledValue[];
  /** Attributes that code has set, and those of modules that set themselves up. */
  readonly #attributes = new Map<PickledObject, Variables>();
  readonly #effort = new Effort();
  readonly #stored = new StoredValues(this.#effort);

  constructor(program: Program, graph: ScriptGraph, constants: readonly PickledValue[]) {
    this.#program = program;
    this.#graph = graph;
    this.#constants = constants;
  }

  /**
   * Calls the `forward` of a module with inputs of unknown size.
   * @throws CannotFollow
   */
  followForward(module: PickledObject): void {
    const forward = this.#methodOf(module, "forward");
    if (forward === undefined) throw new CannotFollow("a network without a forward");
    const [, ...parameters] = forward.parameters;
    const inputs = parameters.map((parameter) => {
      const input = inputFor(parameter, this.#graph);
      if (input !== undefined || parameter.fallback === null) return input ?? UNKNOWN;
      return this.#evaluate(parameter.fallback, new Map());
    });
    this.#callFunction(forward, [module, ...inputs], new Map());
  }

  #callFunction(
    { name, parameters, body }: ScriptFunction,
    args: readonly ScriptValue[],
    keywords: ReadonlyMap<string, ScriptValue>,
  ): ScriptValue {
    if (args.length > parameters.length) throw new CannotFollow(`too many arguments for ${name}`);
    const variables: Variables = new Map();
    for (const [at, parameter] of parameters.entries()) {
      const given = args[at] ?? (at < args.length ? null : keywords.get(parameter.name));
      if (given !== undefined) variables.set(parameter.name, given);
      else if (parameter.fallback === null) throw new CannotFollow(`too few arguments for ${name}`);
      else variables.set(parameter.name, this.#evaluate(parameter.fallback, variables));
    }
    return this.#run(body, variables) ?? null;
  }

  #run(block: Block, variables: Variables): Returned {
    return this.#effort.deeper(() => {
      for (const statement of block) {
        const returned = this.#execute(statement, variables);
        if (returned !== undefined) return returned;
      }
      return undefined;
    });
  }

  #execute(statement: Statement, variables: Variables): Returned {
    this.#effort.spend(1);
    switch (statement.kind) {
      case "assign":
        this.#assign(statement, variables);
        return undefined;
      case "expression":
        this.#evaluate(statement.value, variables);
        return undefined;
      case "return":
        return this.#evaluate(statement.value, variables);
      case "if":
        return this.#run(this.#branch(statement, variables), variables);
      case "with":
        return this.#run(statement.body, variables);
      case "for":
        return this.#repeat(statement, variables);
      case "while":
        for (;;) {
          this.#effort.spend(1);
          const goesOn = truthOf(this.#evaluate(statement.condition, variables));
          if (goesOn === null) throw new CannotFollow("a loop that the image decides on");
          if (!goesOn) return undefined;
          const returned = this.#run(statement.body, variables);
          if (returned !== undefined) return returned;
        }
    }
  }

  /** Checks of inputs are taken to hold; what else an image decides on cannot be followed. */
  #branch(statement: Extract<Statement, { kind: "if" }>, variables: Variables): Block {
    const { condition, yes, no } = statement;
    const truth = truthOf(this.#evaluate(condition, variables));
    if (truth !== null) return truth ? yes : no;
    if (isRefusal(yes)) return no;
    if (isRefusal(no)) return yes;
    throw new CannotFollow("a branch that the image decides on");
  }

  #repeat(statement: Extract<Statement, { kind: "for" }>, variables: Variables): Returned {
    const { target, iterable, body } = statement;
    const isRange =
      iterable.kind === "call" &&
      iterable.callee.kind === "name" &&
      iterable.callee.name === "range" &&
      iterable.args.length === 1;
    const count = isRange ? this.#evaluate(iterable.args[0], variables) : UNKNOWN;
    if (typeof count !== "number") throw new CannotFollow("a loop of unknown length");
    for (let round = 0; round < count; round += 1) {
      this.#effort.spend(1);
      this.#set(target, round, variables);
      const returned = this.#run(body, variables);
      if (returned !== undefined) return returned;
    }
    return undefined;
  }

  #assign(statement: Extract<Statement, { kind: "assign" }>, variables: Variables): void {
    const { targets, isUnpacking } = statement;
    const value = this.#evaluate(statement.value, variables);
    if (!isUnpacking) {
      this.#set(targets[0], value, variables);
      return;
    }
    if (value instanceof ScriptList && value.items.length !== targets.length) {
      throw new CannotFollow(`${value.items.length} values for ${targets.length} variables`);
    }
    for (const [at, target] of targets.entries()) this.#set(target, partOf(value, at), variables);
  }

  #set(target: Expression, value: ScriptValue, variables: Variables): void {
    switch (target.kind) {
      case "name":
        variables.set(target.name, value);
        return;
      case "attribute": {
        const owner = this.#evaluate(target.of, variables);
        if (owner instanceof PickledObject) this.#ownAttributes(owner).set(target.name, value);
        return;
      }
      case "subscript": {
        const owner = this.#evaluate(target.of, variables);
        const index = this.#evaluate(target.index, variables);
        if (owner instanceof ScriptDictionary && isKey(index)) owner.entries.set(index, value);
        return;
      }
      default:
        throw new CannotFollow("a value for something that is no variable");
    }
  }

  #evaluate(expression: Expression, variables: Variables): ScriptValue {
    this.#effort.spend(1);
    return this.#effort.deeper(() => {
      switch (expression.kind) {
        case "literal":
          return expression.value;
        case "name":
          return this.#variable(expression.name, variables);
        case "attribute":
          return this.#attribute(this.#evaluate(expression.of, variables), expression.name);
        case "subscript":
          return this.#item(expression, variables);
        case "list":
          return new ScriptList(expression.items.map((item) => this.#evaluate(item, variables)));
        case "dictionary":
          return this.#dictionary(expression, variables);
        case "choice": {
          const truth = truthOf(this.#evaluate(expression.condition, variables));
          if (truth === null) throw new CannotFollow("a choice that the image decides on");
          return this.#evaluate(truth ? expression.yes : expression.no, variables);
        }
        case "call":
          return this.#call(expression, variables);
      }
    });
  }

  #variable(name: string, variables: Variables): ScriptValue {
    const value = variables.get(name);
    if (value !== undefined) return value;
    if (GLOBALS.has(name)) return new FunctionName(name);
    throw new CannotFollow(`${name} has no value`);
  }

  #dictionary(
    { entries }: Extract<Expression, { kind: "dictionary" }>,
    variables: Variables,
  ): ScriptDictionary {
    const dictionary = new ScriptDictionary();
    for (const [key, value] of entries) {
      const index = this.#evaluate(key, variables);
      const content = this.#evaluate(value, variables);
      if (isKey(index)) dictionary.entries.set(index, content);
    }
    return dictionary;
  }

  #attribute(owner: ScriptValue, name: string): ScriptValue {
    if (owner instanceof FunctionName) {
      if (owner.path === "CONSTANTS") return this.#constant(name);
      return new FunctionName(`${owner.path}.${name}`);
    }
    if (!(owner instanceof PickledObject)) return UNKNOWN;
    // A network is looked at as it is used, whatever it was doing when it was saved.
    if (name === "training") return false;
    const set = this.#ownAttributes(owner).get(name);
    if (set !== undefined) return set;
    const stored = attributesOf(owner)?.get(name);
    if (stored !== undefined) return this.#stored.valueOf(stored);
    const constant = this.#classOf(owner)?.constants.get(name);
    return constant === undefined ? UNKNOWN : this.#evaluate(constant, new Map());
  }

  /** `CONSTANTS.c12`. */
  #constant(name: string): ScriptValue {
    const constant = /^c\d{1,9}$/.test(name) ? this.#constants[Number(name.slice(1))] : undefined;
    if (constant === undefined) throw new CannotFollow(`no constant ${name}`);
    return this.#stored.valueOf(constant);
  }

  /** Attributes that the code has set; first those of a module that sets itself up from its state. */
  #ownAttributes(owner: PickledObject): Variables {
    const known = this.#attributes.get(owner);
    if (known !== undefined) return known;
    const attributes: Variables = new Map();
    this.#attributes.set(owner, attributes);
    const setUp = this.#methodOf(owner, "__setstate__");
    const [state] = owner.states;
    if (setUp !== undefined && state !== undefined) {
      this.#callFunction(setUp, [owner, this.#stored.valueOf(state)], new Map());
    }
    return attributes;
  }

  #item(
    { of, index }: Extract<Expression, { kind: "subscript" }>,
    variables: Variables,
  ): ScriptValue {
    const owner = this.#evaluate(of, variables);
    const at = this.#evaluate(index, variables);
    const isModule = owner instanceof PickledObject && isKey(at);
    return isModule ? this.#attribute(owner, `${at}`) : itemOf(owner, at);
  }

  #call(call: Call, variables: Variables): ScriptValue {
    const { callee } = call;
    if (callee.kind === "name") {
      const special = this.#special(callee.name, call, variables);
      if (special !== undefined) return special;
    }
    const evaluated = (args: readonly Expression[]) =>
      args.map((argument) => this.#evaluate(argument, variables));
    const keywords = new Map<string, ScriptValue>();
    const takeKeywords = () => {
      for (const [key, value] of call.keywords) keywords.set(key, this.#evaluate(value, variables));
    };
    if (callee.kind === "attribute") {
      const owner = this.#evaluate(callee.of, variables);
      if (!(owner instanceof FunctionName)) {
        const args = evaluated(call.args);
        takeKeywords();
        return this.#callMethod(owner, callee.name, args, keywords);
      }
    }
    const named = this.#evaluate(callee, variables);
    const args = evaluated(call.args);
    takeKeywords();
    return named instanceof FunctionName ? this.#callNamed(named, args, keywords) : UNKNOWN;
  }

  /** Functions of the language itself, some of whose arguments are types; undefined for others. */
  #special(name: string, { args }: Call, variables: Variables): ScriptValue | undefined {
    switch (name) {
      // annotate(List[int], []), unchecked_cast(int, size)
      case "annotate":
      case "unchecked_cast":
        return args[1] === undefined ? UNKNOWN : this.#evaluate(args[1], variables);
      case "unchecked_unwrap_optional":
      case "_unwrap_optional":
        return args[0] === undefined ? UNKNOWN : this.#evaluate(args[0], variables);
      case "uninitialized":
      case "isinstance":
        return UNKNOWN;
      case "getattr": {
        if (args.length < 2) return UNKNOWN;
        const owner = this.#evaluate(args[0], variables);
        const attribute = this.#evaluate(args[1], variables);
        return typeof attribute === "string" ? this.#attribute(owner, attribute) : UNKNOWN;
      }
      default:
        return undefined;
    }
  }

  #callMethod(
    owner: ScriptValue,
    name: string,
    args: readonly ScriptValue[],
    keywords: ReadonlyMap<string, ScriptValue>,
  ): ScriptValue {
    if (!(owner instanceof PickledObject)) return UNKNOWN;
    const method = this.#methodOf(owner, name);
    if (method === undefined) return UNKNOWN;
    return this.#callFunction(method, [owner, ...args], keywords);
  }

  #callNamed(
    { path }: FunctionName,
    args: readonly ScriptValue[],
    keywords: ReadonlyMap<string, ScriptValue>,
  ): ScriptValue {
    if (path.startsWith("__torch__.")) return this.#callDeclared(path, args, keywords);
    for (const argument of args) {
      if (argument instanceof ScriptList) this.#effort.spend(argument.items.length);
    }
    const call = { name: operatorName(path), args, keywords };
    return computePlain(call, this.#graph) ?? translateMaps(call, this.#graph);
  }

  /** A function, a new object (`Class.__new__(Class)`) or a tuple with names (`Tuple(a, b)`). */
  #callDeclared(
    path: string,
    args: readonly ScriptValue[],
    keywords: ReadonlyMap<string, ScriptValue>,
  ): ScriptValue {
    const called = this.#program.functionNamed(path);
    if (called !== undefined) return this.#callFunction(called, args, keywords);
    const made = /^(.+)\.([^.]+)\.__new__$/.exec(path);
    if (made !== null) return new PickledObject(new PickledGlobal(made[1], made[2]), []);
    return this.#program.classNamed(path) === undefined ? UNKNOWN : new ScriptList([...args]);
  }

  #classOf({ type }: PickledObject) {
    return type === null ? undefined : this.#program.classNamed(type.path);
  }

  #methodOf(owner: PickledObject, name: string): ScriptFunction | undefined {
    return this.#classOf(owner)?.methods.get(name);
  }
}
