import { beforeAll, describe, expect, test } from "vitest";
import type { Analysis } from "../../../src/core/analysis/analysis.ts";
import type {
  DecoderReason,
  EncoderReason,
  FilterReason,
  Findings,
  LabelFinding,
} from "../../../src/core/findings/findings.ts";
import { findingsInTurns } from "../../../src/core/findings/findingsInTurns.ts";
import { findingsRequest } from "../../../src/core/findings/request.ts";
import { LIGHT_THEME } from "../../../src/ui/figures/theme.ts";
import { conclusionFigure } from "../../../src/ui/report/conclusionFigure.ts";
import {
  type Answer,
  conclusionOf,
  pValueText,
  QUESTION_IDS,
  ratioWithInterval,
} from "../../../src/ui/report/findingWords.ts";
import { numberText } from "../../../src/ui/report/numberText.ts";
import { structureSentence } from "../../../src/ui/report/reportTables.ts";
import { unetAnalysis } from "../figures/analysisFixture.ts";
import { expectReadable } from "../figures/pictureChecks.ts";
import { allNodes, textBoxes } from "../figures/pictureText.ts";

const UNET: Analysis = unetAnalysis();
let findings: Findings;

beforeAll(async () => {
  const kernels = UNET.layers.map((layer) => layer.kernels);
  findings = await findingsInTurns(findingsRequest(UNET), kernels, new AbortController().signal);
});

function label(change: Partial<LabelFinding>): LabelFinding {
  return {
    label: "edge",
    kernels: 20,
    share: 0.2,
    gaussianShare: 0.07,
    shuffledShare: 0.08,
    overGaussian: { ratio: 2.857, low: 2.1, high: 3.9 },
    overShuffled: { ratio: 2.5, low: 1.9, high: 3.3 },
    verdict: "more",
    reason: "aboveBoth",
    pValue: 0.001,
    adjustedPValue: 0.006,
    ...change,
  };
}

describe("answers in words", () => {
  const filters: Readonly<Record<FilterReason, Answer>> = {
    labelsAboveNoise: "yes",
    noLabelAboveNoise: "no",
    labelsUndecided: "unknown",
    fewKernels: "unknown",
    noLayers: "unknown",
  };
  test.each(Object.entries(filters))("filters: %s", (reason, answer) => {
    const labels = [label({}), label({ label: "mean", verdict: "noMore" })];
    const found = { ...findings.filters, labels, reason: reason as FilterReason };
    const conclusion = conclusionOf("filters", { ...findings, filters: found }, UNET);
    expect(conclusion.answer).toBe(answer);
    expect(conclusion.sentence.startsWith("Cannot tell: ")).toBe(answer === "unknown");
    expect(conclusion.sentence.includes("Edge detection")).toBe(answer === "yes");
    expect(conclusion.sentence).not.toContain("Local mean");
  });

  const decoders: Readonly<Record<DecoderReason, Answer>> = {
    decoderHigher: "yes",
    decoderNotHigher: "no",
    noEncoder: "unknown",
    noDecoder: "unknown",
    fewLayers: "unknown",
  };
  test.each(Object.entries(decoders))("decoder: %s", (reason, answer) => {
    const contrasts = findings.decoder.contrasts.map((contrast) => ({
      ...contrast,
      adjustedPValue: contrast.measure === "clusters" ? 0.001 : 0.5,
    }));
    const found = { ...findings.decoder, contrasts, reason: reason as DecoderReason };
    const conclusion = conclusionOf("decoder", { ...findings, decoder: found }, UNET);
    expect(conclusion.answer).toBe(answer);
    expect(conclusion.sentence.includes("clusters are firmer")).toBe(answer === "yes");
    expect(conclusion.sentence).not.toContain("normal distribution");
  });

  const encoders: Readonly<Record<EncoderReason, Answer>> = {
    aboveFloor: "yes",
    withinFloor: "no",
    noEncoder: "unknown",
    fewLayers: "unknown",
    highFloor: "unknown",
  };
  test.each(Object.entries(encoders))("encoder: %s", (reason, answer) => {
    const found = { ...findings.encoder, reason: reason as EncoderReason };
    const conclusion = conclusionOf("encoder", { ...findings, encoder: found }, UNET);
    expect(conclusion.answer).toBe(answer);
    expect(conclusion.sentence).toMatch(/\.$/);
  });

  test("ratios without a number, and without an end, are said so", () => {
    expect(ratioWithInterval(label({}))).toBe("\u00D72.9 (2.1 to 3.9)");
    const never = { ratio: null, low: 3.14, high: null };
    expect(ratioWithInterval(label({ overGaussian: never }))).toBe(
      "not in noise (at least \u00D73.1)",
    );
    expect(ratioWithInterval(label({ overGaussian: { ...never, low: 0 } }))).toBe("not in noise");
    const open = { ratio: 12, low: 1, high: null };
    expect(ratioWithInterval(label({ overGaussian: open }))).toBe(
      "\u00D712 (1.00 to no upper end)",
    );
  });

  test("numbers are short and honest", () => {
    expect([0.0123, 1, 1e-80, null].map(pValueText)).toEqual([
      "0.012",
      "1.000",
      "practically 0",
      "–",
    ]);
    expect([-0.01234, 1234.5, null, Number.NaN].map(numberText)).toEqual([
      "\u22120.0123",
      "1230",
      "–",
      "–",
    ]);
  });

  test("a layer that was not measured says why, one that was says what it means", () => {
    const reasons = ["otherKernelSize", "fewKernels", "notSampled", "flat"] as const;
    const said = reasons.map((reason) => structureSentence({ state: "notMeasured", reason }));
    expect(new Set(said).size).toBe(4);
    const measured = findings.layers.find(({ structure }) => structure.state === "measured");
    expect(
      structureSentence(measured?.structure ?? { state: "notMeasured", reason: "flat" }),
    ).toMatch(/Henze-Zirkler.*clusters are/);
  });
});

describe("figures of the answers", () => {
  test.each([280, 390, 680])("are readable at %i px", (width) => {
    for (const id of QUESTION_IDS) {
      const figure = conclusionFigure(id, UNET, findings, { width, theme: LIGHT_THEME });
      if (figure === null) throw new Error(`${id} has no figure.`);
      expect(figure.width).toBe(width);
      expectReadable(figure);
      expect(figure.node.attributes.role).toBe("img");
    }
  });

  test("lift: every filter has its row, a mark right of the line where it is above noise", () => {
    const labels = [
      label({}),
      label({ label: "mean", overGaussian: { ratio: null, low: 0, high: null } }),
      label({ label: "identity", overGaussian: { ratio: 1e6, low: 1e5, high: 1e7 } }),
      label({ label: "sharpen", overGaussian: { ratio: 0.001, low: 0.0001, high: 0.01 } }),
    ];
    const found = { ...findings, filters: { ...findings.filters, labels } };
    const figure = conclusionFigure("filters", UNET, found, { width: 600, theme: LIGHT_THEME });
    if (figure === null) throw new Error("There is no figure.");
    expectReadable(figure);
    const said = textBoxes(figure.node).map(({ text }) => text);
    for (const name of ["Local mean", "Identity", "Sharpen", "\u00D71"])
      expect(said).toContain(name);
    expect(said.some((text) => text.startsWith("Edge"))).toBe(true);
    for (const { attributes } of allNodes(figure.node)) {
      expect(String(attributes.d ?? "")).not.toContain("NaN");
    }
  });

  test("nothing is drawn of what was not measured", () => {
    const none = { meanDivergence: null, floorMean: null, floorHigh: null };
    const look = { width: 600, theme: LIGHT_THEME };
    const encoder = { ...findings.encoder, ...none };
    expect(conclusionFigure("encoder", UNET, { ...findings, encoder }, look)).toBeNull();
    const filters = { ...findings.filters, labels: [] };
    expect(conclusionFigure("filters", UNET, { ...findings, filters }, look)).toBeNull();
    const layers = findings.layers.map((layer) => ({
      ...layer,
      structure: { state: "notMeasured", reason: "fewKernels" } as const,
    }));
    const figure = conclusionFigure("decoder", UNET, { ...findings, layers }, look);
    if (figure === null) throw new Error("There is no figure.");
    expectReadable(figure);
  });
});
