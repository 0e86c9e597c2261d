import { ConvAtlasError } from "../errors.ts";
import type { Corrections, LayerCorrection } from "./corrections.ts";
import { KERNEL_LAYOUTS } from "./kernelTensor.ts";
import type { Size2d } from "./size2d.ts";
import { LARGEST_INPUT_SIZE, type Role } from "./structure.ts";

const ROLES: readonly Role[] = ["encoder", "bottleneck", "decoder", "other"];

type JsonObject = Readonly<Record<string, unknown>>;

/**
 * Corrections from JSON text, in the form of `Corrections` with every part optional, or from
 * the `settings.corrections` of a results file.
 *
 * @throws ConvAtlasError `bad-setting` with the first entry that is not as it should be.
 */
export function parseCorrections(text: string, fileName: string): Corrections {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw bad(fileName, "it is not JSON", String(error));
  }
  const root = objectOf(json);
  const content = objectOf(objectOf(root?.settings)?.corrections) ?? root;
  if (content === null) throw bad(fileName, "it is not an object");
  return {
    layers: layersOf(content.layers, fileName),
    order: orderOf(content.order, fileName),
    inputSide: content.inputSide == null ? null : sideOf(content.inputSide, "inputSide", fileName),
  };
}

function objectOf(value: unknown): JsonObject | null {
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  return isObject ? (value as JsonObject) : null;
}

function layersOf(value: unknown, fileName: string): Corrections["layers"] {
  if (value == null) return {};
  const layers = objectOf(value);
  if (layers === null) throw bad(fileName, '"layers" is not an object of layer names');
  return Object.fromEntries(
    Object.entries(layers).map(([name, entry]) => [name, layerOf(name, entry, fileName)]),
  );
}

function layerOf(name: string, value: unknown, fileName: string): LayerCorrection {
  const entry = objectOf(value);
  if (entry === null) throw bad(fileName, `the entry of ${name} is not an object`);
  return {
    ...(entry.role == null ? {} : { role: oneOf(ROLES, entry.role, `${name}.role`, fileName) }),
    ...(entry.layout == null
      ? {}
      : { layout: oneOf(KERNEL_LAYOUTS, entry.layout, `${name}.layout`, fileName) }),
    ...(entry.mapSize == null
      ? {}
      : { mapSize: mapSizeOf(entry.mapSize, `${name}.mapSize`, fileName) }),
  };
}

function oneOf<Choice extends string>(
  choices: readonly Choice[],
  value: unknown,
  what: string,
  fileName: string,
): Choice {
  const chosen = choices.find((choice) => choice === value);
  if (chosen === undefined) throw bad(fileName, `${what} is not one of ${choices.join(", ")}`);
  return chosen;
}

function mapSizeOf(value: unknown, what: string, fileName: string): Size2d {
  const sides = Array.isArray(value) ? value : [];
  if (sides.length !== 2) throw bad(fileName, `${what} is not [height, width]`);
  return [sideOf(sides[0], what, fileName), sideOf(sides[1], what, fileName)];
}

function sideOf(value: unknown, what: string, fileName: string): number {
  const isSide = Number.isInteger(value) && Number(value) >= 1;
  if (!isSide || Number(value) > LARGEST_INPUT_SIZE) {
    throw bad(fileName, `${what} is not a whole number from 1 to ${LARGEST_INPUT_SIZE}`);
  }
  return Number(value);
}

function orderOf(value: unknown, fileName: string): readonly string[] | null {
  if (value == null) return null;
  if (!Array.isArray(value) || !value.every((name) => typeof name === "string")) {
    throw bad(fileName, '"order" is not a list of layer names');
  }
  return value;
}

function bad(fileName: string, what: string, details = ""): ConvAtlasError {
  return new ConvAtlasError(
    "bad-setting",
    `${fileName} does not hold corrections: ${what}; see the README for their form.`,
    details,
  );
}
