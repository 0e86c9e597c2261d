import type { Bytes } from "./onnxWriter.ts";
import { type Entries, instance, pickle, truth, tuple } from "./pickleWriter.ts";
import { TorchWriter } from "./torchWriter.ts";

/** Text of the files of code by path below `code/`. */
export type Code = Readonly<Record<string, string>>;

export interface ScriptParts {
  readonly code: Code;
  /** The network as an object of the code's classes. */
  readonly network: (writer: TorchWriter) => Uint8Array;
  /** Values that the code calls CONSTANTS.c0, CONSTANTS.c1, ...; their tensors lie beside them. */
  readonly constants?: (writer: TorchWriter) => readonly Uint8Array[];
}

/** A file of torch.jit.save. */
export function scriptFile({ code, network, constants = () => [] }: ScriptParts): Bytes {
  const writer = new TorchWriter();
  const content = network(writer);
  const beside = new TorchWriter();
  const values = constants(beside);
  const texts = Object.entries(code).map(([path, text]) => [
    `code/${path}`,
    new TextEncoder().encode(text),
  ]);
  const others = {
    "constants.pkl": pickle(tuple(...values)),
    ...beside.members("constants/"),
    ...Object.fromEntries(texts),
  };
  return writer.zip(content, { others });
}

/** An object of the class `Network` in `__torch__.py`, with these attributes. */
export function networkOf(attributes: Entries): Bytes {
  return instance("__torch__", "Network", { training: truth(true), ...attributes });
}

/** `__torch__.py` with a class `Network` whose `forward` takes `x` and has these lines. */
export function forwardOf(...lines: readonly string[]): Code {
  return {
    "__torch__.py": [
      "class Network(Module):",
      "  __parameters__ = []",
      "  __buffers__ = []",
      "  training : bool",
      "  def forward(self: __torch__.Network,",
      "    x: Tensor) -> Tensor:",
      ...lines.map((line) => `    ${line}`),
      "",
    ].join("\n"),
  };
}
