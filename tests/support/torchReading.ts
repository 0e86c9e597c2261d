import { memorySource } from "../../src/core/bytes/memorySource.ts";
import { pytorchFormat } from "../../src/core/formats/pytorch.ts";
import type { ConvolutionLayer, Network } from "../../src/core/network/network.ts";
import { fixtures } from "./fixtures/pytorch.ts";
import { readAs, readFiles } from "./readModel.ts";

export function readTorch(bytes: Uint8Array, name = "model.pt"): Promise<Network> {
  return readAs(pytorchFormat, memorySource(name, bytes));
}

export function layerNames({ layers }: Network): string[] {
  return layers.map(({ name }) => name);
}

export function layerNamed({ layers }: Network, name: string): ConvolutionLayer {
  const found = layers.find((layer) => layer.name === name);
  if (found === undefined) throw new Error(`no ${name} in ${layers.map((layer) => layer.name)}`);
  return found;
}

/** The network of the fixture whose main file has this name. */
export async function readTorchFixture(main: string): Promise<Network> {
  const found = fixtures.find((one) => one.main === main);
  if (found === undefined) throw new Error(main);
  return readFiles(await found.files());
}
