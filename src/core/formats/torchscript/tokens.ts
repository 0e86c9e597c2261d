import { CannotFollow } from "./cannotFollow.ts";

export type TokenKind =
  | "name"
  | "number"
  | "string"
  | "symbol"
  /** The end of a line that is not within brackets. */
  | "newline"
  | "indent"
  | "dedent"
  | "end";

export interface Token {
  readonly kind: TokenKind;
  /** As written; of strings what they mean. */
  readonly text: string;
}

/** The largest networks have some 100,000 tokens in one file. */
const MAX_TOKENS = 2_000_000;

/** Blocks within blocks; `interpolate` of PyTorch has 17. */
const MAX_INDENTS = 100;

const BLANK = /[ \t\r]*(?:#[^\n]*)?/y;
const PATTERNS: readonly (readonly [TokenKind, RegExp])[] = [
  ["name", /[A-Za-z_][A-Za-z0-9_]*/y],
  ["number", /(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/y],
  ["string", /"(?:[^"\\\n]|\\[^\n])*"|'(?:[^'\\\n]|\\[^\n])*'/y],
  ["symbol", /->|[()[\]{},:=.-]/y],
];

const OPENING: ReadonlySet<string> = new Set(["(", "[", "{"]);
const CLOSING: ReadonlySet<string> = new Set([")", "]", "}"]);

/**
 * Cuts code into tokens, with Python's rules for lines and blocks.
 * @throws CannotFollow for anything that TorchScript does not write.
 */
export function tokensOf(code: string): readonly Token[] {
  const tokens: Token[] = [];
  const indents = [0];
  let brackets = 0;
  let at = 0;
  const push = (kind: TokenKind, text: string) => {
    if (tokens.length >= MAX_TOKENS) throw new CannotFollow("a file of too many tokens");
    tokens.push({ kind, text });
  };
  const endLine = () => {
    const last = tokens.at(-1)?.kind ?? "newline";
    if (last !== "newline") push("newline", "");
  };
  while (at < code.length) {
    const isLineStart = brackets === 0 && (at === 0 || code[at - 1] === "\n");
    const start = at;
    at += lengthOf(BLANK, code, at);
    if (code[at] === "\n") {
      if (brackets === 0) endLine();
      at += 1;
      continue;
    }
    if (at >= code.length) break;
    if (isLineStart) for (const kind of blocksAt(at - start, indents)) push(kind, "");
    const { kind, text } = tokenAt(code, at);
    at += text.length;
    if (OPENING.has(text)) brackets += 1;
    if (CLOSING.has(text)) brackets = Math.max(0, brackets - 1);
    push(kind, kind === "string" ? unquoted(text) : text);
  }
  endLine();
  for (let open = indents.length; open > 1; open -= 1) push("dedent", "");
  push("end", "");
  return tokens;
}

function lengthOf(pattern: RegExp, code: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.exec(code)?.[0].length ?? 0;
}

/** Blocks that begin or end before a line; keeps the open blocks' indents. */
function blocksAt(indent: number, indents: number[]): readonly TokenKind[] {
  const blocks: TokenKind[] = [];
  if (indent > indents[indents.length - 1]) {
    if (indents.length > MAX_INDENTS) throw new CannotFollow("blocks too deep within blocks");
    indents.push(indent);
    return ["indent"];
  }
  while (indents.length > 1 && indent < indents[indents.length - 1]) {
    indents.pop();
    blocks.push("dedent");
  }
  if (indent !== indents[indents.length - 1])
    throw new CannotFollow("an indent that ends no block");
  return blocks;
}

function tokenAt(code: string, at: number): Token {
  for (const [kind, pattern] of PATTERNS) {
    pattern.lastIndex = at;
    const text = pattern.exec(code)?.[0];
    if (text !== undefined) return { kind, text };
  }
  throw new CannotFollow(`character ${JSON.stringify(code.slice(at, at + 1))}`);
}

/** Only what can stand in a mode or the name of a layer must come out right. */
function unquoted(text: string): string {
  return text.slice(1, -1).replace(/\\(.)/g, "$1");
}
