import {
  type KernelLayout,
  kernelShape,
  kernelSlices,
  storedAxes,
  storedFromSlices,
} from "./kernelTensor.ts";
import type { ConvolutionLayer, LayoutQuestion, Network } from "./network.ts";
import type { Size2d } from "./size2d.ts";
import type { Role } from "./structure.ts";

/** What a person knows better about one layer. */
export interface LayerCorrection {
  readonly role?: Role;
  /** Height and width of the map that the layer receives. */
  readonly mapSize?: Size2d;
  /** How its stored weights are to be read, where the file leaves that open. */
  readonly layout?: KernelLayout;
}

/** What a person knows better about a network; plain JSON, part of the settings. */
export interface Corrections {
  /** By layer name. */
  readonly layers: Readonly<Record<string, LayerCorrection>>;
  /** Names of the layers in the order of execution; null keeps the file's. */
  readonly order: readonly string[] | null;
  /** Side of the input image, for files of weights alone; null where not known. */
  readonly inputSide: number | null;
}

export const NO_CORRECTIONS: Corrections = { layers: {}, order: null, inputSide: null };

/** The correction of one layer, empty where there is none (a layer may be called `constructor`). */
export function correctionOf({ layers }: Corrections, name: string): LayerCorrection {
  return Object.hasOwn(layers, name) ? layers[name] : {};
}

export function hasCorrections({ layers, order, inputSide }: Corrections): boolean {
  return order !== null || inputSide !== null || Object.keys(layers).length > 0;
}

/**
 * The network with its layers in the corrected order and layout; roles and map sizes are
 * corrected where they are derived (`resolveStructure`). What does not fit is left out, with a
 * warning: corrections may have been made for another version of the file.
 */
export function correctNetwork(network: Network, corrections: Corrections): Network {
  if (!hasCorrections(corrections)) return network;
  const known = new Set(network.layers.map(({ name }) => name));
  const unknown = Object.keys(corrections.layers).filter((name) => !known.has(name));
  const warnings = unknown.map(
    (name) => `The correction of the layer ${name} was left out: this network has no such layer.`,
  );
  const layers = inOrder(network.layers, corrections.order).map((layer) => {
    const layout = correctionOf(corrections, layer.name).layout;
    if (layout === undefined) return layer;
    const question = network.questions.find((one) => one.layer === layer.name);
    const corrected = question === undefined ? null : readAgain(layer, question, layout);
    if (corrected === null) {
      warnings.push(`${layer.name} cannot be read in the way asked for; it was left as it was.`);
    }
    return corrected ?? layer;
  });
  return { ...network, layers, warnings: [...network.warnings, ...warnings] };
}

/** Layers that the order does not name keep their place behind the layer before them. */
function inOrder(
  layers: readonly ConvolutionLayer[],
  order: readonly string[] | null,
): readonly ConvolutionLayer[] {
  if (order === null) return layers;
  const places = new Map(order.map((name, place) => [name, place]));
  let place = -1;
  const placed = layers.map((layer) => {
    place = places.get(layer.name) ?? place;
    return { layer, place };
  });
  return placed.toSorted((one, other) => one.place - other.place).map(({ layer }) => layer);
}

/** The same stored tensor under another layout; null if it has not the shape for it. */
function readAgain(
  layer: ConvolutionLayer,
  { readAs, alternatives }: LayoutQuestion,
  layout: KernelLayout,
): ConvolutionLayer | null {
  if (layout === readAs) return layer;
  if (!alternatives.includes(layout)) return null;
  const shape = kernelShape(storedAxes(layer, readAs), layout, layer.groups);
  if (typeof shape === "string") return null;
  const stored = storedFromSlices(layer.kernels, layer, readAs);
  const operator = isTransposedLayout(layout) ? "ConvTranspose2d" : "Conv2d";
  return { ...layer, ...shape, operator, kernels: kernelSlices(stored, shape, layout) };
}

/** Layouts that only transposed convolutions are stored in. */
export function isTransposedLayout(layout: KernelLayout): boolean {
  switch (layout) {
    case "in,out/g,h,w":
    case "h,w,out,in":
      return true;
    case "out,in/g,h,w":
    case "h,w,in/g,out":
    case "h,w,in,multiplier":
    case "out,h,w,in/g":
    case "1,h,w,out":
      return false;
  }
}
