import { CannotFollow } from "./cannotFollow.ts";
import type { Call, Expression } from "./syntax.ts";
import type { TokenReader } from "./tokenReader.ts";

const LITERALS: ReadonlyMap<string, null | boolean | number> = new Map<
  string,
  null | boolean | number
>([
  ["None", null],
  ["True", true],
  ["False", false],
  ["inf", Number.POSITIVE_INFINITY],
  ["nan", Number.NaN],
]);

/** `value`, or `yes if condition else no`. */
export function parseExpression(reader: TokenReader): Expression {
  return reader.nested(() => {
    const value = parsePostfix(reader);
    if (!reader.accept("if")) return value;
    const condition = parsePostfix(reader);
    reader.expect("else");
    return { kind: "choice", condition, yes: value, no: parseExpression(reader) };
  });
}

/** Expressions between commas, as many as there are before `isEnd`; a comma may stand last. */
export function parseList(
  reader: TokenReader,
  isEnd: () => boolean,
): { readonly items: readonly Expression[]; readonly hasComma: boolean } {
  const items: Expression[] = [];
  let hasComma = false;
  while (!isEnd()) {
    items.push(parseExpression(reader));
    if (!reader.accept(",")) break;
    hasComma = true;
  }
  return { items, hasComma };
}

function parsePostfix(reader: TokenReader): Expression {
  let value = parseAtom(reader);
  for (;;) {
    if (reader.accept(".")) {
      value = { kind: "attribute", of: value, name: reader.take("name") };
    } else if (reader.accept("(")) {
      value = parseCall(reader, value);
    } else if (reader.accept("[")) {
      value = parseSubscript(reader, value);
    } else {
      return value;
    }
  }
}

/** One expression, or a tuple of several, up to the closing bracket. */
function parseBracketed(reader: TokenReader): Expression {
  const { items, hasComma } = parseList(reader, () => reader.peek() === ")");
  reader.expect(")");
  return items.length === 1 && !hasComma ? items[0] : { kind: "list", items };
}

/** `value[index]`, or `value[start:end]`, which is the operator `slice`. */
function parseSubscript(reader: TokenReader, value: Expression): Expression {
  const { items, hasComma } = parseList(reader, () => reader.peek() === "]");
  if (items.length === 1 && !hasComma && reader.accept(":")) {
    const end = parseExpression(reader);
    reader.expect("]");
    return { kind: "call", callee: SLICE, args: [value, items[0], end], keywords: new Map() };
  }
  reader.expect("]");
  const index: Expression = items.length === 1 && !hasComma ? items[0] : { kind: "list", items };
  return { kind: "subscript", of: value, index };
}

const SLICE: Expression = { kind: "attribute", of: { kind: "name", name: "torch" }, name: "slice" };

function parseCall(reader: TokenReader, callee: Expression): Call {
  const args: Expression[] = [];
  const keywords = new Map<string, Expression>();
  while (reader.peek() !== ")") {
    const value = parseExpression(reader);
    if (value.kind === "name" && reader.accept("=")) {
      keywords.set(value.name, parseExpression(reader));
    } else {
      args.push(value);
    }
    if (!reader.accept(",")) break;
  }
  reader.expect(")");
  return { kind: "call", callee, args, keywords };
}

function parseAtom(reader: TokenReader): Expression {
  if (reader.isNext("string")) return { kind: "literal", value: reader.next().text };
  if (reader.isNext("number")) return { kind: "literal", value: Number(reader.next().text) };
  if (reader.accept("-")) {
    const value = reader.accept("inf") ? Number.POSITIVE_INFINITY : Number(reader.take("number"));
    return { kind: "literal", value: -value };
  }
  if (reader.accept("(")) return parseBracketed(reader);
  if (reader.accept("[")) {
    const { items } = parseList(reader, () => reader.peek() === "]");
    reader.expect("]");
    return { kind: "list", items };
  }
  if (reader.accept("{")) return parseDictionary(reader);
  if (!reader.isNext("name")) throw new CannotFollow(`${reader.peek()} where a value should be`);
  const name = reader.next().text;
  const literal = LITERALS.get(name);
  return literal === undefined ? { kind: "name", name } : { kind: "literal", value: literal };
}

function parseDictionary(reader: TokenReader): Expression {
  const entries: (readonly [Expression, Expression])[] = [];
  while (reader.peek() !== "}") {
    const key = parseExpression(reader);
    reader.expect(":");
    entries.push([key, parseExpression(reader)]);
    if (!reader.accept(",")) break;
  }
  reader.expect("}");
  return { kind: "dictionary", entries };
}
