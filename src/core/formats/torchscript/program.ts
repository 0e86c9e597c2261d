import { CannotFollow } from "./cannotFollow.ts";
import { parseFile } from "./parseFile.ts";
import type { ScriptClass, ScriptFile, ScriptFunction } from "./syntax.ts";

/** The code of a TorchScript file; each of its files is parsed once something in it is called. */
export class Program {
  readonly #texts: ReadonlyMap<string, string>;
  readonly #files = new Map<string, ScriptFile>();

  /** Texts by path below `code/`: "__torch__/torch/nn/modules/conv.py". */
  constructor(texts: ReadonlyMap<string, string>) {
    this.#texts = texts;
  }

  /** The class of this full name: "__torch__.torch.nn.modules.conv.Conv2d". */
  classNamed(path: string): ScriptClass | undefined {
    const { file, name } = this.#find(path);
    return file?.classes.get(name);
  }

  functionNamed(path: string): ScriptFunction | undefined {
    const { file, name } = this.#find(path);
    return file?.functions.get(name);
  }

  #find(path: string): { readonly file: ScriptFile | null; readonly name: string } {
    const dot = path.lastIndexOf(".");
    const file = `${path.slice(0, dot).replaceAll(".", "/")}.py`;
    return { file: this.#file(file), name: path.slice(dot + 1) };
  }

  #file(path: string): ScriptFile | null {
    const known = this.#files.get(path);
    if (known !== undefined) return known;
    const text = this.#texts.get(path);
    if (text === undefined) return null;
    const parsed = named(path, () => parseFile(text));
    this.#files.set(path, parsed);
    return parsed;
  }
}

function named<T>(path: string, parse: () => T): T {
  try {
    return parse();
  } catch (thrown) {
    if (thrown instanceof CannotFollow) throw new CannotFollow(`${path}: ${thrown.message}`);
    throw thrown;
  }
}
