import { CannotFollow } from "./cannotFollow.ts";
import type { Token, TokenKind } from "./tokens.ts";

/** Expressions within expressions; the printer of TorchScript breaks them up long before. */
const MAX_NESTING = 200;

/** Goes over the tokens of a file, one ahead. */
export class TokenReader {
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  /** Text of the next token if it is a symbol or a word; the kind in brackets for all others. */
  peek(): string {
    const { kind, text } = this.#tokens[this.#at];
    return kind === "symbol" || kind === "name" ? text : `<${kind}>`;
  }

  isNext(kind: TokenKind): boolean {
    return this.#tokens[this.#at].kind === kind;
  }

  next(): Token {
    const token = this.#tokens[this.#at];
    // The last token says that there are no more, over and over.
    if (token.kind !== "end") this.#at += 1;
    return token;
  }

  /** Passes over the next token if it is this symbol or word. */
  accept(text: string): boolean {
    if (this.peek() !== text) return false;
    this.next();
    return true;
  }

  expect(text: string): void {
    if (!this.accept(text)) throw new CannotFollow(`${this.peek()} where ${text} should be`);
  }

  take(kind: TokenKind): string {
    if (!this.isNext(kind)) throw new CannotFollow(`${this.peek()} where a ${kind} should be`);
    return this.next().text;
  }

  skipLine(): void {
    while (!this.isNext("newline") && !this.isNext("end")) this.next();
    if (this.isNext("newline")) this.next();
  }

  /** Reads something that may have the same within itself. */
  nested<T>(read: () => T): T {
    this.#depth += 1;
    if (this.#depth > MAX_NESTING) throw new CannotFollow("expressions too deep in each other");
    const result = read();
    this.#depth -= 1;
    return result;
  }
}
