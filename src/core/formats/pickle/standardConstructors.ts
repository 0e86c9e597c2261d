import { bytesFromLatin1 } from "./literals.ts";
import type { Constructor } from "./pickleRules.ts";
import {
  itemsOf,
  PickledBytes,
  PickledDictionary,
  PickledGlobal,
  PickledObject,
  PickledSequence,
  type PickledValue,
} from "./values.ts";

/** Containers and bytes of Python's standard library, by full name. */
export const STANDARD_CONSTRUCTORS: ReadonlyMap<string, Constructor> = new Map<string, Constructor>(
  [
    ["collections.OrderedDict", (args, spend) => dictionary(args[0], spend)],
    ["builtins.dict", (args, spend) => dictionary(args[0], spend)],
    ["collections.Counter", (args, spend) => dictionary(args[0], spend)],
    ["collections.defaultdict", (args, spend) => dictionary(args[1], spend)],
    ["builtins.list", (args, spend) => sequence("list", args[0], spend)],
    ["builtins.tuple", (args, spend) => sequence("tuple", args[0], spend)],
    ["builtins.set", (args, spend) => sequence("set", args[0], spend)],
    ["builtins.frozenset", (args, spend) => sequence("set", args[0], spend)],
    ["_codecs.encode", ([text], spend) => bytesOf(text, spend)],
    ["builtins.bytes", ([content], spend) => bytesOf(content ?? "", spend)],
    ["builtins.bytearray", ([content], spend) => bytesOf(content ?? "", spend)],
    ["copyreg._reconstructor", ([type]) => instanceOf(type)],
    [
      "copyreg.__newobj__",
      (args, spend) => {
        spend(args.length);
        return instanceOf(args[0], args.slice(1));
      },
    ],
  ],
);

function dictionary(
  content: PickledValue | undefined,
  spend: (steps: number) => void,
): PickledDictionary | undefined {
  const made = new PickledDictionary();
  if (content === undefined) return made;
  if (content instanceof PickledDictionary) {
    spend(content.entries.size);
    for (const [key, value] of content.entries) made.entries.set(key, value);
    return made;
  }
  const pairs = itemsOf(content);
  if (pairs === null) return undefined;
  spend(pairs.length);
  for (const pair of pairs) {
    const [key, value] = itemsOf(pair) ?? [];
    if (key === undefined || value === undefined) return undefined;
    made.entries.set(key, value);
  }
  return made;
}

function sequence(
  type: PickledSequence["type"],
  content: PickledValue | undefined,
  spend: (steps: number) => void,
): PickledSequence | undefined {
  const items = content === undefined ? [] : itemsOf(content);
  if (items === null) return undefined;
  spend(items.length);
  return new PickledSequence(type, [...items]);
}

/** Protocol 2 has no bytes: it writes them as Latin-1 text to be encoded. */
function bytesOf(content: PickledValue, spend: (steps: number) => void): PickledBytes | undefined {
  if (content instanceof PickledBytes) return content;
  if (typeof content !== "string") return undefined;
  spend(Math.ceil(content.length / CHARACTERS_PER_STEP));
  const bytes = bytesFromLatin1(content);
  return bytes === null ? undefined : new PickledBytes(bytes);
}

/** A step stands for some 100 bytes of memory. */
const CHARACTERS_PER_STEP = 64;

function instanceOf(
  type: PickledValue | undefined,
  args: readonly PickledValue[] = [],
): PickledObject | undefined {
  return type instanceof PickledGlobal ? new PickledObject(type, args) : undefined;
}
