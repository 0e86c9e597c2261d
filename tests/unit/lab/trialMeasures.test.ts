import { describe, expect, it } from "vitest";
import { TrialMeasures } from "../../../src/worker/lab/trialTask.ts";

const values = Float32Array.of(0.1, 0.9, 0.4, 0.8);
const marked = Uint8Array.of(0, 1, 0, 1);
const half = Uint8Array.of(0, 1, 0, 0);
const nothing = new Uint8Array(4);

function agreementOf(own: Uint8Array | null, right: Uint8Array | null, mask: Uint8Array | null) {
  const measures = new TrialMeasures();
  measures.add({ values, own, right }, { values, mask });
  return measures.agreement();
}

describe("what is measured of a trial", () => {
  it("is the Dice to the masks and to the network's own output, and the correlation", () => {
    expect(agreementOf(marked, half, marked)).toEqual({
      diceToMasks: expect.closeTo(2 / 3, 9),
      diceToOriginal: 1,
      correlation: expect.closeTo(1, 9),
    });
  });

  it("is no Dice against masks of nothing, with which zeros would agree best", () => {
    expect(agreementOf(nothing, nothing, nothing)).toMatchObject({
      diceToMasks: null,
      diceToOriginal: null,
    });
    expect(agreementOf(marked, nothing, nothing)).toMatchObject({
      diceToMasks: null,
      diceToOriginal: 0,
    });
  });

  it("counts a slice without a mask's pixel where another has some", () => {
    const measures = new TrialMeasures();
    measures.add({ values, own: marked, right: nothing }, { values, mask: marked });
    measures.add({ values, own: marked, right: marked }, { values, mask: marked });
    expect(measures.agreement().diceToMasks).toBeCloseTo((2 * 2) / 6, 9);
  });

  it("is the correlation alone for what is no map, and no Dice to masks without any", () => {
    expect(agreementOf(null, null, null)).toMatchObject({
      diceToMasks: null,
      diceToOriginal: null,
      correlation: expect.closeTo(1, 9),
    });
    expect(agreementOf(marked, null, marked).diceToMasks).toBeNull();
  });
});
