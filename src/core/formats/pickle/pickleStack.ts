import type { PickledValue } from "./values.ts";

/** Stack, marks and memo of a pickle machine. Each method throws what `fail` makes of a sentence. */
export class PickleStack {
  readonly #values: PickledValue[] = [];
  /** Heights of the stack at each `MARK`. */
  readonly #marks: number[] = [];
  readonly #memo = new Map<number, PickledValue>();
  readonly #fail: (details: string) => Error;

  constructor(fail: (details: string) => Error) {
    this.#fail = fail;
  }

  push(value: PickledValue): void {
    this.#values.push(value);
  }

  mark(): void {
    this.#marks.push(this.#values.length);
  }

  top(): PickledValue {
    const top = this.#values.at(-1);
    if (top === undefined) throw this.#fail("the stack is empty");
    return top;
  }

  pop(): PickledValue {
    return this.popSome(1)[0];
  }

  /** The topmost values, lowest first; never those below a mark. */
  popSome(count: number): PickledValue[] {
    const height = this.#values.length - count;
    if (height < (this.#marks.at(-1) ?? 0)) throw this.#fail("the stack is empty");
    return this.#values.splice(height);
  }

  popToMark(): PickledValue[] {
    const height = this.#marks.pop();
    if (height === undefined) throw this.#fail("no mark");
    return this.#values.splice(height);
  }

  /** Drops the topmost value, or the mark if that is above it. */
  drop(): void {
    if (this.#values.length > (this.#marks.at(-1) ?? 0)) this.pop();
    else if (this.#marks.pop() === undefined) throw this.#fail("nothing to pop");
  }

  /** Remembers the topmost value, without a number under the next one. */
  remember(index = this.#memo.size): void {
    this.#memo.set(index, this.top());
  }

  recall(index: number): PickledValue {
    const value = this.#memo.get(index);
    if (value === undefined) throw this.#fail(`nothing remembered as ${index}`);
    return value;
  }
}
