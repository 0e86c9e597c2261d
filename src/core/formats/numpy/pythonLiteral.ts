/** What a header of the .npy format is made of. */
export type PythonValue =
  | string
  | number
  | boolean
  | null
  | readonly PythonValue[]
  | ReadonlyMap<string, PythonValue>;

/** Descriptions of structured arrays nest, but never this deep. */
const MAX_DEPTH = 16;

/** Text that is no literal of the kinds that a header has. */
export class LiteralError extends Error {}

/**
 * Parses the small part of Python's literals that NumPy writes into headers: dictionaries with
 * strings for keys, tuples, lists, strings without escapes, whole numbers (with the "L" of
 * Python 2), True, False and None. Nothing is evaluated.
 *
 * @throws LiteralError for anything else.
 */
export function parsePythonLiteral(text: string): PythonValue {
  const reader = new LiteralReader(text);
  const value = reader.value(0);
  reader.end();
  return value;
}

class LiteralReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  value(depth: number): PythonValue {
    if (depth > MAX_DEPTH) throw new LiteralError("nested too deeply");
    if (this.#takes("{")) return this.#dictionary(depth);
    if (this.#takes("(")) return this.#sequence(")", depth);
    if (this.#takes("[")) return this.#sequence("]", depth);
    return this.#string() ?? this.#number() ?? this.#constant();
  }

  end(): void {
    this.#skipSpace();
    if (this.#at < this.#text.length) throw new LiteralError("text behind the literal");
  }

  #dictionary(depth: number): ReadonlyMap<string, PythonValue> {
    const entries = new Map<string, PythonValue>();
    while (!this.#takes("}")) {
      const key = this.#string();
      if (key === null || entries.has(key)) throw new LiteralError("a key is missing or repeated");
      this.#expect(":");
      entries.set(key, this.value(depth + 1));
      if (!this.#takes(",")) {
        this.#expect("}");
        break;
      }
    }
    return entries;
  }

  #sequence(closing: ")" | "]", depth: number): readonly PythonValue[] {
    const values: PythonValue[] = [];
    while (!this.#takes(closing)) {
      values.push(this.value(depth + 1));
      if (!this.#takes(",")) {
        this.#expect(closing);
        break;
      }
    }
    return values;
  }

  #string(): string | null {
    const found = this.#match(/[bu]?(?:'([^'\\\n]*)'|"([^"\\\n]*)")/y);
    return found === null ? null : (found[1] ?? found[2] ?? "");
  }

  #number(): number | null {
    const found = this.#match(/(-?\d{1,16})L?/y);
    return found === null ? null : Number(found[1]);
  }

  #constant(): boolean | null {
    switch (this.#match(/(?:True|False|None)\b/y)?.[0]) {
      case "True":
        return true;
      case "False":
        return false;
      case "None":
        return null;
      default:
        throw new LiteralError(`unexpected text at ${this.#at}`);
    }
  }

  #takes(character: string): boolean {
    this.#skipSpace();
    if (this.#text[this.#at] !== character) return false;
    this.#at += 1;
    return true;
  }

  #expect(character: string): void {
    if (!this.#takes(character)) throw new LiteralError(`no ${character} at ${this.#at}`);
  }

  #match(pattern: RegExp): RegExpExecArray | null {
    this.#skipSpace();
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text);
    if (found !== null) this.#at = pattern.lastIndex;
    return found;
  }

  #skipSpace(): void {
    while (/\s/.test(this.#text[this.#at] ?? "")) this.#at += 1;
  }
}
