import { float16ToFloat32 } from "../../bytes/halfPrecision.ts";
import type { LocatedWeight } from "./locateWeights.ts";

/**
 * All numbers of a weight as float32, row-major, dequantized; none of texts and complex numbers.
 * Whole numbers beyond 2^24 are rounded.
 */
export async function readNumbers(weight: LocatedWeight): Promise<Float32Array> {
  const { files, start, end, stored, affine } = weight;
  if (stored === "string" || stored === "complex64") return new Float32Array(0);
  const { buffer } = await files.read(start, end);
  switch (stored) {
    // Every platform that runs this is little-endian, as the files are.
    case "float32":
      return new Float32Array(buffer);
    case "float16":
      return float16ToFloat32(new Uint16Array(buffer));
    case "int32":
      return Float32Array.from(new Int32Array(buffer));
    case "uint16":
      return dequantized(new Uint16Array(buffer), affine);
    case "uint8":
    case "bool":
      return dequantized(new Uint8Array(buffer), affine);
  }
}

/** As tfjs-core computes it: in float64, rounded to float32 once (`decodeWeight`). */
function dequantized(
  stored: Uint8Array | Uint16Array,
  affine: LocatedWeight["affine"],
): Float32Array {
  const numbers = new Float32Array(stored.length);
  const { scale, min } = affine ?? { scale: 1, min: 0 };
  for (let index = 0; index < stored.length; index += 1) {
    numbers[index] = stored[index] * scale + min;
  }
  return numbers;
}
