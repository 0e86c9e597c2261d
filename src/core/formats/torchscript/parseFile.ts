import { CannotFollow } from "./cannotFollow.ts";
import { parseExpression, parseList } from "./parseExpression.ts";
import type {
  Block,
  Expression,
  Parameter,
  ScriptClass,
  ScriptFile,
  ScriptFunction,
  Statement,
} from "./syntax.ts";
import { TokenReader } from "./tokenReader.ts";
import { tokensOf } from "./tokens.ts";

/**
 * What a file of TorchScript code declares.
 * @throws CannotFollow if it is not what PyTorch writes.
 */
export function parseFile(code: string): ScriptFile {
  const reader = new TokenReader(tokensOf(code));
  const functions = new Map<string, ScriptFunction>();
  const classes = new Map<string, ScriptClass>();
  while (!reader.isNext("end")) {
    if (reader.accept("class")) {
      const declared = parseClass(reader);
      classes.set(declared.name, declared);
    } else if (reader.accept("def")) {
      const declared = parseFunction(reader);
      functions.set(declared.name, declared);
    } else {
      // Versions and imports, which say nothing of the network.
      reader.skipLine();
      if (reader.isNext("indent")) throw new CannotFollow("a block outside of declarations");
    }
  }
  return { functions, classes };
}

/** After `class`. */
function parseClass(reader: TokenReader): ScriptClass {
  const name = reader.take("name");
  const methods = new Map<string, ScriptFunction>();
  const constants = new Map<string, Expression>();
  if (reader.accept("(")) {
    parseList(reader, () => reader.peek() === ")");
    reader.expect(")");
  }
  openBlock(reader);
  while (!reader.isNext("dedent") && !reader.isNext("end")) {
    if (reader.accept("def")) {
      const method = parseFunction(reader);
      methods.set(method.name, method);
      continue;
    }
    if (reader.accept("pass")) {
      reader.take("newline");
      continue;
    }
    // `name : Type`, `name : Final[Type] = value`, `__annotations__["0"] = Type`.
    const target = parseExpression(reader);
    if (reader.accept(":")) parseExpression(reader);
    const value = reader.accept("=") ? parseExpression(reader) : null;
    if (target.kind === "name" && value !== null) constants.set(target.name, value);
    reader.take("newline");
  }
  reader.next();
  return { name, methods, constants };
}

/** After `def`. */
function parseFunction(reader: TokenReader): ScriptFunction {
  const name = reader.take("name");
  reader.expect("(");
  const parameters: Parameter[] = [];
  while (reader.peek() !== ")") {
    const parameter = reader.take("name");
    const type = reader.accept(":") ? parseExpression(reader) : null;
    const fallback = reader.accept("=") ? parseExpression(reader) : null;
    parameters.push({ name: parameter, type, fallback });
    if (!reader.accept(",")) break;
  }
  reader.expect(")");
  if (reader.accept("->")) parseExpression(reader);
  return { name, parameters, body: parseBlock(reader) };
}

function openBlock(reader: TokenReader): void {
  reader.expect(":");
  reader.take("newline");
  reader.take("indent");
}

function parseBlock(reader: TokenReader): Block {
  openBlock(reader);
  const statements: Statement[] = [];
  while (!reader.isNext("dedent") && !reader.isNext("end")) {
    const statement = parseStatement(reader);
    if (statement !== null) statements.push(statement);
  }
  reader.next();
  return statements;
}

function parseStatement(reader: TokenReader): Statement | null {
  if (reader.accept("if")) {
    const condition = parseExpression(reader);
    const yes = parseBlock(reader);
    return { kind: "if", condition, yes, no: reader.accept("else") ? parseBlock(reader) : [] };
  }
  if (reader.accept("for")) {
    const target = parseExpression(reader);
    reader.expect("in");
    const iterable = parseExpression(reader);
    return { kind: "for", target, iterable, body: parseBlock(reader) };
  }
  if (reader.accept("while")) {
    const condition = parseExpression(reader);
    return { kind: "while", condition, body: parseBlock(reader) };
  }
  if (reader.accept("with")) {
    parseExpression(reader);
    if (reader.accept("as")) reader.take("name");
    return { kind: "with", body: parseBlock(reader) };
  }
  return parseLine(reader);
}

function parseLine(reader: TokenReader): Statement | null {
  const isEnd = () => reader.isNext("newline") || reader.peek() === "=";
  if (reader.accept("pass")) {
    reader.take("newline");
    return null;
  }
  if (reader.accept("return")) {
    const value = parseValue(reader);
    reader.take("newline");
    return { kind: "return", value };
  }
  const { items: targets, hasComma } = parseList(reader, isEnd);
  if (targets.length === 0) throw new CannotFollow("a line without a meaning");
  if (reader.accept(":")) parseExpression(reader);
  if (reader.accept("=")) {
    const value = parseValue(reader);
    reader.take("newline");
    return { kind: "assign", targets, isUnpacking: hasComma, value };
  }
  reader.take("newline");
  if (hasComma) throw new CannotFollow("values that nothing takes");
  return { kind: "expression", value: targets[0] };
}

/** A value, a tuple without brackets (`a, b`), or nothing. */
function parseValue(reader: TokenReader): Expression {
  const { items, hasComma } = parseList(reader, () => reader.isNext("newline"));
  if (items.length === 0) return { kind: "literal", value: null };
  return items.length === 1 && !hasComma ? items[0] : { kind: "list", items };
}
