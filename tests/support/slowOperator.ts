import { Matrix, SVD } from "ml-matrix";
import type { Size2d } from "../../src/core/network/size2d.ts";
import type { OperatorLayer } from "../../src/core/operator/strideOneForm.ts";
import { SeededRandom } from "../../src/core/random/seededRandom.ts";

/** Slow, obvious references for layer operators. They share no code with the project. */

export type OperatorShape = Partial<Omit<OperatorLayer, "kernels">>;

/** A layer of 1 -> 1 channels and 3 x 3 kernels, or what `shape` changes of it. */
export function layerOf(
  shape: OperatorShape,
  weight: (index: number) => number,
): OperatorLayer & { readonly kernels: Float32Array } {
  const layer = {
    name: "a layer",
    operator: "Conv2d" as const,
    kernelSize: [3, 3] as Size2d,
    inChannels: 1,
    outChannels: 1,
    groups: 1,
    stride: [1, 1] as Size2d,
    dilation: [1, 1] as Size2d,
    ...shape,
  };
  const { inChannels, outChannels, groups, kernelSize } = layer;
  const length = ((outChannels * inChannels) / groups) * kernelSize[0] * kernelSize[1];
  return { ...layer, kernels: Float32Array.from({ length }, (_, index) => weight(index)) };
}

export function randomLayer(shape: OperatorShape, seed: number): OperatorLayer {
  const random = new SeededRandom(seed);
  return layerOf(shape, () => random.normal());
}

/** How the borders of a map are continued. */
export type Border = "circular" | "zero";

/**
 * The matrix of the layer on a map, entry by entry: rows are outputs (channel, y, x), columns
 * inputs. A strided convolution keeps the outputs at multiples of the stride; a transposed one
 * is the transpose of the convolution that goes the other way. With zero borders kernels are
 * centred.
 */
export function operatorMatrix(layer: OperatorLayer, map: Size2d, border: Border): number[][] {
  if (layer.operator === "ConvTranspose2d") {
    const large: Size2d = [map[0] * layer.stride[0], map[1] * layer.stride[1]];
    return transposed(convolutionMatrix(adjointOf(layer), large, border));
  }
  return convolutionMatrix(layer, map, border);
}

/** The convolution of which a transposed convolution is the adjoint. */
function adjointOf(layer: OperatorLayer): OperatorLayer {
  const { inChannels, outChannels, groups, kernelSize, kernels } = layer;
  const entries = kernelSize[0] * kernelSize[1];
  const [ins, outs] = [inChannels / groups, outChannels / groups];
  const exchanged = new Float32Array(kernels.length);
  for (let o = 0; o < outChannels; o++) {
    for (let i = 0; i < ins; i++) {
      const input = Math.floor(o / outs) * ins + i;
      const from = (o * ins + i) * entries;
      exchanged.set(kernels.subarray(from, from + entries), (input * outs + (o % outs)) * entries);
    }
  }
  return { ...layer, inChannels: outChannels, outChannels: inChannels, kernels: exchanged };
}

function convolutionMatrix(layer: OperatorLayer, map: Size2d, border: Border): number[][] {
  const { inChannels, outChannels, groups, kernelSize, stride, dilation, kernels } = layer;
  const [height, width] = map;
  const ins = inChannels / groups;
  const outs = outChannels / groups;
  const centre = border === "zero" ? kernelSize.map((side) => Math.floor((side - 1) / 2)) : [0, 0];
  const rows: number[][] = [];
  for (let o = 0; o < outChannels; o++) {
    for (let y = 0; y < height; y += stride[0]) {
      for (let x = 0; x < width; x += stride[1]) {
        const row = new Array<number>(inChannels * height * width).fill(0);
        for (let i = 0; i < ins; i++) {
          const input = Math.floor(o / outs) * ins + i;
          for (let a = 0; a < kernelSize[0]; a++) {
            for (let b = 0; b < kernelSize[1]; b++) {
              const fromY = y + (a - centre[0]) * dilation[0];
              const fromX = x + (b - centre[1]) * dilation[1];
              const inside = fromY >= 0 && fromY < height && fromX >= 0 && fromX < width;
              if (border === "zero" && !inside) continue;
              const at = (input * height + (fromY % height)) * width + (fromX % width);
              row[at] += kernels[((o * ins + i) * kernelSize[0] + a) * kernelSize[1] + b];
            }
          }
        }
        rows.push(row);
      }
    }
  }
  return rows;
}

function transposed(matrix: readonly number[][]): number[][] {
  return matrix[0].map((_, column) => matrix.map((row) => row[column]));
}

/** The min(rows, columns) singular values by dense SVD, descending. */
export function denseSingularValues(matrix: readonly number[][]): number[] {
  return [...new SVD(new Matrix([...matrix]), { autoTranspose: true }).diagonal].sort(
    (a, b) => b - a,
  );
}
