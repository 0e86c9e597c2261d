import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { convolutionWeights } from "../../../../src/core/formats/weights/convolutionWeights.ts";
import { layoutFamily } from "../../../../src/core/formats/weights/layoutEvidence.ts";
import type { NamedTensor } from "../../../../src/core/formats/weights/namedTensor.ts";
import type { LayoutFamily } from "../../../../src/core/formats/weights/readings.ts";
import { tensor } from "../../../support/weightTensors.ts";

interface Layer {
  readonly inputs: number;
  readonly outputs: number;
  readonly side: number;
}

/** A chain of convolutions from an image on; at least one kernel is larger than one pixel. */
const chains = fc
  .record({
    image: fc.constantFrom(1, 3, 4),
    widths: fc.array(fc.constantFrom(6, 8, 12, 16, 20, 32, 64, 96), { minLength: 3, maxLength: 9 }),
    sides: fc.array(fc.constantFrom(3, 3, 3, 5, 7, 1, 2), { minLength: 9, maxLength: 9 }),
  })
  .map(({ image, widths, sides }) =>
    widths.map((outputs, at): Layer => {
      const inputs = at === 0 ? image : widths[at - 1];
      return { inputs, outputs, side: at === 1 ? 3 : sides[at] };
    }),
  );

const SHAPES: Readonly<Record<LayoutFamily, (layer: Layer) => number[]>> = {
  torch: ({ inputs, outputs, side }) => [outputs, inputs, side, side],
  tensorflow: ({ inputs, outputs, side }) => [side, side, inputs, outputs],
  mlx: ({ inputs, outputs, side }) => [outputs, side, side, inputs],
};

function written(layers: readonly Layer[], family: LayoutFamily, hasBias: boolean): NamedTensor[] {
  return layers.flatMap((layer, at) => {
    const weight = tensor(`layer${at}/W`, SHAPES[family](layer));
    return hasBias ? [weight, tensor(`layer${at}/b`, [layer.outputs])] : [weight];
  });
}

function familyOf(tensors: readonly NamedTensor[]): LayoutFamily {
  const weights = convolutionWeights(tensors).filter((weight) => weight.kind === "convolution");
  return layoutFamily(weights, "unknown");
}

describe("layoutFamily", () => {
  it.each(["torch", "tensorflow", "mlx"] as const)("recognises random chains: %s", (family) => {
    fc.assert(
      fc.property(chains, fc.boolean(), (layers, hasBias) => {
        expect(familyOf(written(layers, family, hasBias))).toBe(family);
      }),
      { numRuns: 300 },
    );
  });

  it("takes the names' word where the axes say nothing", () => {
    expect(familyOf([tensor("conv/kernel", [3, 3, 3, 3])])).toBe("tensorflow");
    expect(familyOf([tensor("conv.weight", [3, 3, 3, 3])])).toBe("torch");
  });

  it("does not let the names' word win over the axes", () => {
    expect(familyOf([tensor("conv1_1_W", [3, 3, 3, 64]), tensor("conv1_1_b", [64])])).toBe(
      "tensorflow",
    );
    expect(familyOf([tensor("conv.weight", [32, 3, 3, 16])])).toBe("mlx");
  });

  it("believes the writer", () => {
    const weights = convolutionWeights([tensor("conv.weight", [3, 3, 16, 32])]).filter(
      (weight) => weight.kind === "convolution",
    );
    expect(layoutFamily(weights, "torch")).toBe("torch");
  });
});
