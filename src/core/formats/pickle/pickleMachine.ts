import { throwIfCancelled } from "../../errors.ts";
import {
  floatFromText,
  integerFromBytes,
  integerFromText,
  strictTextFromUtf8,
  textFromLatin1,
  textFromLiteral,
  textFromRawUnicode,
  textFromUtf8,
} from "./literals.ts";
import { argumentOf, isOpcode, isRawBytes, OPCODE, type Opcode, stepsOf } from "./opcodes.ts";
import type { PickleRules } from "./pickleRules.ts";
import { PickleStack } from "./pickleStack.ts";
import { malformedPickle, type PickleStream, tooManyObjects } from "./pickleStream.ts";
import {
  Constructed,
  itemsOf,
  PickledBytes,
  PickledDictionary,
  PickledGlobal,
  PickledObject,
  PickledSequence,
  type PickledValue,
} from "./values.ts";

/**
 * Opcodes run, weighed by the memory they take, and entries copied, in one pickle. A tensor takes
 * about 100, a pickled module 500; so that is 80,000 tensors. Bounds time to some seconds and
 * memory to 250 MB.
 */
const MAX_STEPS = 8_000_000;

/** Longer raw bytes are left in the file. */
const KEPT_BYTES = 256;

/** The longest argument of fixed size with its opcode. */
const FIXED_BYTES = 9;

/** Opcodes between two looks at the cancel signal. */
const STEPS_PER_LOOK = 100_000;

/**
 * Runs one pickle from where the stream stands to its `STOP`.
 *
 * The machine has the stack, marks and memo of CPython's (Lib/pickle.py, class _Unpickler), but
 * imports and calls nothing: a name gives a `PickledGlobal`, a call what the rules' table
 * makes of it or else a `PickledObject`.
 *
 * @throws ConvAtlasError `truncated`, `malformed`, `too-large` or `cancelled`.
 */
export async function runPickle(
  stream: PickleStream,
  rules: PickleRules,
  signal?: AbortSignal,
): Promise<PickledValue> {
  const content = await new PickleMachine(stream, rules, signal).run(Number.POSITIVE_INFINITY);
  return content ?? null;
}

/**
 * Runs the first opcodes of what may be a pickle; true if it ends with them.
 * @throws ConvAtlasError `malformed` if it is none, `truncated` if it ends too early.
 */
export async function tryPickle(stream: PickleStream): Promise<boolean> {
  const value = await new PickleMachine(stream, INERT, undefined).run(OPCODES_TRIED);
  return value !== undefined;
}

const INERT: PickleRules = {
  constructors: new Map(),
  persistent: () => null,
  onCall: () => {},
  onIndirectCall: () => {},
};

/** Enough to tell a pickle from text, of which most characters are opcodes too. */
const OPCODES_TRIED = 200;

/** What an opcode leaves on the stack, if anything. */
type Made = PickledValue | undefined;

class PickleMachine {
  readonly #stream: PickleStream;
  readonly #rules: PickleRules;
  readonly #signal: AbortSignal | undefined;
  readonly #stack = new PickleStack((details) => this.#malformed(details));
  #steps = 0;

  constructor(stream: PickleStream, rules: PickleRules, signal: AbortSignal | undefined) {
    this.#stream = stream;
    this.#rules = rules;
    this.#signal = signal;
  }

  /** The pickle's value; undefined if it does not end within `limit` opcodes. */
  async run(limit: number): Promise<PickledValue | undefined> {
    const stream = this.#stream;
    for (let opcodes = 0; opcodes < limit; opcodes += 1) {
      if (opcodes % STEPS_PER_LOOK === 0) throwIfCancelled(this.#signal);
      if (!stream.holds(FIXED_BYTES)) {
        await stream.fetch(Math.max(1, Math.min(FIXED_BYTES, stream.bytesLeft)));
      }
      const opcode = stream.byte();
      if (!isOpcode(opcode)) throw this.#malformed(`unknown opcode ${opcode}`);
      this.#spend(stepsOf(opcode));
      if (opcode === OPCODE.stop) return this.#stack.pop();
      const result = this.#execute(opcode);
      const value = result instanceof Promise ? await result : result;
      if (value !== undefined) this.#stack.push(value);
    }
    return undefined;
  }

  /** Gives the value to be pushed on the stack, if the opcode makes one. */
  #execute(opcode: Opcode): Made | Promise<Made> {
    const stream = this.#stream;
    switch (argumentOf(opcode)) {
      case "none":
        return this.#apply(opcode);
      case "byte":
        return this.#applyInteger(opcode, this.#fixed(1));
      case "uint16":
        return this.#applyInteger(opcode, this.#fixed(2));
      case "uint32":
        return this.#applyInteger(opcode, this.#fixed(4));
      case "uint64":
        return this.#applyInteger(opcode, this.#fixed(8));
      case "int32":
        if (!stream.holds(4)) throw stream.truncated();
        return stream.int32();
      case "float64":
        if (!stream.holds(8)) throw stream.truncated();
        return stream.float64();
      case "line":
        return this.#line().then((text) => this.#applyText(opcode, text));
      case "two lines":
        return this.#applyNames(opcode);
      case "bytes1":
        return this.#applyBytes(opcode, this.#fixed(1));
      case "bytes4":
        return this.#applyBytes(opcode, this.#fixed(4));
      case "bytes8":
        return this.#applyBytes(opcode, this.#fixed(8));
    }
  }

  #fixed(bytes: 1 | 2 | 4 | 8): number {
    if (!this.#stream.holds(bytes)) throw this.#stream.truncated();
    return this.#stream.unsigned(bytes);
  }

  async #line(): Promise<string> {
    return textFromLatin1(await this.#stream.line());
  }

  #applyInteger(opcode: Opcode, value: number): Made {
    switch (opcode) {
      case OPCODE.binInt1:
      case OPCODE.binInt2:
        return value;
      case OPCODE.binGet:
      case OPCODE.longBinGet:
        return this.#stack.recall(value);
      case OPCODE.binPut:
      case OPCODE.longBinPut:
        this.#stack.remember(value);
        return undefined;
      case OPCODE.extension1:
      case OPCODE.extension2:
      case OPCODE.extension4:
        return new PickledGlobal("copyreg", `extension ${value}`);
      case OPCODE.frame:
        if (value > this.#stream.bytesLeft) throw this.#stream.truncated();
        return undefined;
      default:
        // The protocol number changes nothing: every opcode has one meaning.
        return undefined;
    }
  }

  #applyText(opcode: Opcode, text: string): Made {
    switch (opcode) {
      case OPCODE.get:
        return this.#stack.recall(this.#index(text));
      case OPCODE.put:
        this.#stack.remember(this.#index(text));
        return undefined;
      case OPCODE.persistentId:
        return this.#rules.persistent(text);
      case OPCODE.unicode:
        return textFromRawUnicode(text);
      case OPCODE.float:
        return this.#valid(floatFromText(text), text);
      case OPCODE.string:
        return this.#valid(textFromLiteral(text), text);
      default:
        return this.#valid(integerFromText(text), text);
    }
  }

  async #applyNames(opcode: Opcode): Promise<Made> {
    const module = await this.#line();
    const named = new PickledGlobal(module, await this.#line());
    if (opcode === OPCODE.global) return named;
    return this.#call(named, this.#stack.popToMark());
  }

  #applyBytes(opcode: Opcode, length: number): Made | Promise<Made> {
    const stream = this.#stream;
    const start = stream.position;
    if (length > stream.bytesLeft) throw stream.truncated();
    if (length > KEPT_BYTES && isRawBytes(opcode)) {
      stream.skip(length);
      return new PickledBytes({ start, end: start + length });
    }
    if (stream.holds(length)) return this.#decode(opcode, stream.take(length));
    return stream.fetch(length).then(() => this.#decode(opcode, stream.take(length)));
  }

  #decode(opcode: Opcode, bytes: Uint8Array): PickledValue {
    switch (opcode) {
      case OPCODE.binBytes:
      case OPCODE.shortBinBytes:
      case OPCODE.binBytes8:
      case OPCODE.byteArray8:
        return new PickledBytes(new Uint8Array(bytes));
      case OPCODE.binString:
      case OPCODE.shortBinString:
        // What Python 2 calls a string may be either.
        return strictTextFromUtf8(bytes) ?? new PickledBytes(new Uint8Array(bytes));
      case OPCODE.long1:
      case OPCODE.long4:
        return this.#valid(integerFromBytes(bytes), `integer of ${bytes.length} bytes`);
      default:
        return textFromUtf8(bytes);
    }
  }

  #apply(opcode: Opcode): Made {
    switch (opcode) {
      case OPCODE.mark:
        this.#stack.mark();
        return undefined;
      case OPCODE.pop:
        this.#stack.drop();
        return undefined;
      case OPCODE.popMark:
        this.#stack.popToMark();
        return undefined;
      case OPCODE.duplicate:
        return this.#stack.top();
      case OPCODE.memoize:
        this.#stack.remember();
        return undefined;
      case OPCODE.none:
        return null;
      case OPCODE.newTrue:
        return true;
      case OPCODE.newFalse:
        return false;
      case OPCODE.nextBuffer:
        // Bytes handed over beside the pickle, which no file has.
        return null;
      case OPCODE.readOnlyBuffer:
        return undefined;
      default:
        return this.#applyCollection(opcode);
    }
  }

  #applyCollection(opcode: Opcode): Made {
    switch (opcode) {
      case OPCODE.emptyTuple:
        return new PickledSequence("tuple", []);
      case OPCODE.emptyList:
        return new PickledSequence("list", []);
      case OPCODE.emptySet:
        return new PickledSequence("set", []);
      case OPCODE.emptyDictionary:
        return new PickledDictionary();
      case OPCODE.tuple:
        return new PickledSequence("tuple", this.#stack.popToMark());
      case OPCODE.tuple1:
      case OPCODE.tuple2:
      case OPCODE.tuple3:
        return new PickledSequence("tuple", this.#stack.popSome(opcode - OPCODE.tuple1 + 1));
      case OPCODE.list:
        return new PickledSequence("list", this.#stack.popToMark());
      case OPCODE.frozenSet:
        return new PickledSequence("set", this.#stack.popToMark());
      case OPCODE.dictionary: {
        const items = this.#stack.popToMark();
        const dictionary = new PickledDictionary();
        this.#setItems(items, dictionary);
        return dictionary;
      }
      case OPCODE.append:
        return this.#append(this.#stack.popSome(1));
      case OPCODE.appends:
      case OPCODE.addItems:
        return this.#append(this.#stack.popToMark());
      case OPCODE.setItem:
        return this.#setItems(this.#stack.popSome(2));
      case OPCODE.setItems:
        return this.#setItems(this.#stack.popToMark());
      default:
        return this.#applyObject(opcode);
    }
  }

  #applyObject(opcode: Opcode): Made {
    switch (opcode) {
      case OPCODE.stackGlobal: {
        const [module, name] = this.#stack.popSome(2);
        if (typeof module !== "string" || typeof name !== "string") {
          throw this.#malformed("a name that is no text");
        }
        return new PickledGlobal(module, name);
      }
      case OPCODE.reduce:
      case OPCODE.newObject: {
        const [callee, args] = this.#stack.popSome(2);
        return this.#call(callee, itemsOf(args) ?? [args]);
      }
      case OPCODE.newObjectKeywords: {
        const [callee, args] = this.#stack.popSome(3);
        return this.#call(callee, itemsOf(args) ?? [args]);
      }
      case OPCODE.object: {
        const [callee, ...args] = this.#stack.popToMark();
        if (callee === undefined) throw this.#malformed("an object without a class");
        return this.#call(callee, args);
      }
      case OPCODE.binPersistentId:
        return this.#rules.persistent(this.#stack.pop());
      case OPCODE.build:
        return this.#build(this.#stack.pop());
      default:
        throw this.#malformed(`opcode ${opcode}`);
    }
  }

  /** Looks a call up in the table; calls nothing of the file's. */
  #call(callee: PickledValue, args: readonly PickledValue[]): PickledValue {
    if (!(callee instanceof PickledGlobal)) {
      const maker = callee instanceof PickledObject ? callee.type : null;
      if (maker !== null) this.#rules.onIndirectCall(maker);
      return new PickledObject(null, args);
    }
    this.#rules.onCall(callee);
    const construct = this.#rules.constructors.get(callee.path);
    const made = construct?.(args, (steps) => this.#spend(steps));
    return made === undefined ? new PickledObject(callee, args) : made;
  }

  #build(state: PickledValue): Made {
    const target = this.#stack.top();
    if (target instanceof PickledObject) target.states.push(state);
    else if (target instanceof Constructed) target.setState(state);
    // Attributes of dictionaries (a state dict's _metadata) and of classes say nothing of weights.
    return undefined;
  }

  #append(items: readonly PickledValue[]): Made {
    const target = this.#stack.top();
    if (!(target instanceof PickledSequence || target instanceof PickledObject)) {
      throw this.#malformed("items for something that is no list");
    }
    for (const item of items) target.items.push(item);
    return undefined;
  }

  #setItems(items: readonly PickledValue[], target: PickledValue = this.#stack.top()): Made {
    const isMapping = target instanceof PickledDictionary || target instanceof PickledObject;
    if (!isMapping || items.length % 2 === 1) throw this.#malformed("entries without a dictionary");
    for (let at = 0; at < items.length; at += 2) target.entries.set(items[at], items[at + 1]);
    return undefined;
  }

  #index(text: string): number {
    if (!/^\d{1,10}$/.test(text)) throw this.#malformed(`memo index ${text.slice(0, 20)}`);
    return Number(text);
  }

  #valid<T>(value: T | null, written: string): T {
    if (value === null) throw this.#malformed(`value ${written.slice(0, 40)}`);
    return value;
  }

  #spend(steps: number): void {
    this.#steps += steps;
    if (this.#steps > MAX_STEPS) throw tooManyObjects(this.#stream.source.name);
  }

  #malformed(details: string) {
    const { source, position } = this.#stream;
    return malformedPickle(source.name, `pickle at ${position}: ${details}`);
  }
}
