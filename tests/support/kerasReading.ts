import { readFileSync } from "node:fs";
import { join } from "node:path";
import { memorySource } from "../../src/core/bytes/memorySource.ts";
import { type Architecture, translateConfig } from "../../src/core/formats/keras/configGraph.ts";
import { kerasHdf5Format } from "../../src/core/formats/kerasHdf5.ts";
import type { ConvolutionLayer, Network } from "../../src/core/network/network.ts";
import type { Size2d } from "../../src/core/network/size2d.ts";
import { inferSizes } from "../../src/core/network/sizes.ts";
import { type WrittenGroup, writeHdf5 } from "./hdf5Writer.ts";
import { readAs } from "./readModel.ts";

const sample = join(import.meta.dirname, "../../public/samples/brain-unet.h5");

/** The bundled U-Net, converted from PyTorch. */
export const sampleBytes: Uint8Array = readFileSync(sample);

export function readBytes(bytes: Uint8Array): Promise<Network> {
  return readAs(kerasHdf5Format, memorySource("test.h5", bytes));
}

export async function readContent(content: WrittenGroup): Promise<Network> {
  return readBytes(await writeHdf5(content));
}

/** Slice K[o, i] of a layer. */
export function slice(of: ConvolutionLayer, o: number, i: number): readonly number[] {
  const area = of.kernelSize[0] * of.kernelSize[1];
  const start = (o * (of.inChannels / of.groups) + i) * area;
  return [...of.kernels.subarray(start, start + area)];
}

export function translated(config: unknown): Architecture {
  const architecture = translateConfig(config);
  if (architecture === null) throw new Error("not the configuration of a model");
  return architecture;
}

/** Size of the map that a node makes, by the node's name. */
export function sizeAfter(config: unknown, name: string, inputSize = 64): Size2d | null {
  const { graph } = translated(config);
  const index = graph.nodes.findIndex((node) => node.name === name);
  return inferSizes(graph, inputSize).outputs[index];
}
