import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DEFAULT_SETTINGS } from "../../../src/core/analysis/settings.ts";
import { ConvAtlasError } from "../../../src/core/errors.ts";
import { NO_CORRECTIONS } from "../../../src/core/network/corrections.ts";
import type { KernelGroup } from "../../../src/core/selection/kernelGroup.ts";
import { fragmentOf, LONGEST_VIEW, sessionOfFragment } from "../../../src/ui/state/address.ts";
import { type Choices, FIRST_CHOICES } from "../../../src/ui/state/choices.ts";
import { parseSession } from "../../../src/ui/state/parseSession.ts";
import { type Session, type SessionModel, sessionJson } from "../../../src/ui/state/session.ts";

const model = { name: "größe & netz.onnx", sha256: "ab".repeat(32), sample: null };

const layer = fc.string({ minLength: 1, maxLength: 12 });
const index = fc.nat({ max: 5000 });
const score = fc.double({ noNaN: true, noDefaultInfinity: true }).filter((x) => !Object.is(x, -0));
const groups: fc.Arbitrary<KernelGroup> = fc.oneof(
  fc.record({ kind: fc.constant("cluster" as const), layer, cluster: index }),
  fc.record({ kind: fc.constant("label" as const), layer: fc.option(layer), label: layer }),
  fc.record({ kind: fc.constant("nearest" as const), layer: fc.option(layer), feature: layer }),
  fc.record({
    kind: fc.constant("channel" as const),
    layer,
    side: fc.constantFrom("in" as const, "out" as const),
    channel: index,
  }),
  fc.record({
    kind: fc.constant("region" as const),
    layer,
    axes: fc.constant([2, 0] as const),
    polygon: fc.array(score, { minLength: 6, maxLength: 12 }),
  }),
  fc.record({ kind: fc.constant("kernels" as const), layer, kernels: fc.array(index) }),
);

const choices: fc.Arbitrary<Choices> = fc.record({
  settings: fc.record({
    features: fc.constantFrom("poster" as const, "extended" as const),
    threshold: fc.double({ min: 0, max: 1, noNaN: true }).map(Math.abs),
    grid: fc.oneof(fc.constant("layer" as const), fc.integer({ min: 8, max: 512 })),
    basis: fc.constantFrom("model" as const, "layer" as const),
    normalisation: fc.constantFrom("none" as const, "unit" as const, "unit-signed" as const),
    clusters: fc.integer({ min: 1, max: 12 }),
    compare: fc.constantFrom("sorted" as const, "response" as const),
    inputSize: fc.integer({ min: 8, max: 1024 }),
    corrections: fc.constantFrom(NO_CORRECTIONS, {
      layers: { up1: { role: "decoder" as const } },
      order: ["a", "up1"],
      inputSide: 64,
    }),
  }),
  ownFeatures: fc.constant(FIRST_CHOICES.ownFeatures),
  view: fc.constantFrom("atlas", "layer", "labels", "table", "compare", "report"),
  colourBy: fc.constantFrom("cluster", "label", "nearest", "channel", "norm"),
  plot: fc.record({
    turn: fc.integer({ min: -180, max: 180 }),
    tilt: fc.integer({ min: -90, max: 90 }),
    dimensions: fc.constantFrom(2 as const, 3 as const),
    axes: fc.constantFrom([0, 1, 2] as const, [2, 0, 1] as const),
  }),
  selection: fc.record({
    layer: fc.option(layer),
    kernel: fc.option(index),
    group: fc.option(groups),
  }),
});

const secondModels: fc.Arbitrary<SessionModel> = fc.oneof(
  fc.record({
    name: fc.string(),
    sha256: fc.stringMatching(/^[0-9a-f]{64}$/),
    sample: fc.option(fc.string({ minLength: 1 })),
  }),
  fc.record({ name: fc.string(), sha256: fc.constant(""), sample: fc.constant("brain-unet") }),
);

function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof ConvAtlasError) return error.code;
    throw error;
  }
  return "nothing thrown";
}

describe("a session", () => {
  it("comes back from its text, and from a link, as it was", () => {
    fc.assert(
      fc.property(choices, fc.option(secondModels), (chosen, compared) => {
        const session: Session = { model, choices: chosen, compared };
        expect(parseSession(sessionJson(session), "a test")).toEqual(session);
        expect(sessionOfFragment(fragmentOf(session))).toEqual(session);
      }),
    );
  });

  it("brings filters of one's own along, to nine digits", () => {
    const own = [{ id: "own", label: "My filter", kernel: [1 / 3, 0, 0, 0, 2, 0, 0, 0, -1] }];
    const settings = { ...DEFAULT_SETTINGS, features: "custom" } as const;
    const choices = { ...FIRST_CHOICES, settings, ownFeatures: own };
    const session = { model, choices, compared: null };
    const read = parseSession(sessionJson(session), "a test").choices.ownFeatures;
    expect(read).toEqual([{ ...own[0], kernel: [0.333333333, 0, 0, 0, 2, 0, 0, 0, -1] }]);
  });

  it("says nothing about what everybody starts with", () => {
    const link = fragmentOf({
      model: { ...model, sample: "brain-unet" },
      choices: FIRST_CHOICES,
      compared: null,
    });
    expect(link).toBe("#sample=brain-unet");
  });

  it("leaves a long selection out of the link, not out of the text", () => {
    const group: KernelGroup = {
      kind: "kernels",
      layer: "a",
      kernels: Array.from({ length: 5000 }, (_, at) => at),
    };
    const selection = { layer: "a", kernel: 3, group };
    const session = { model, choices: { ...FIRST_CHOICES, selection }, compared: model };
    const link = fragmentOf(session);
    expect(link.length).toBeLessThan(2 * LONGEST_VIEW);
    expect(sessionOfFragment(link)?.choices.selection).toEqual({ ...selection, group: null });
    // What it is compared with is short, and stays.
    expect(sessionOfFragment(link)?.compared).toEqual(model);
    expect(parseSession(sessionJson(session), "a test")).toEqual(session);
  });

  it("without a second model is one of before there were any", () => {
    const text = sessionJson({ model, choices: FIRST_CHOICES, compared: null });
    expect(text).not.toContain("compared");
    expect(parseSession(text, "a test").compared).toBeNull();
  });

  it("is null for an address that asks for nothing", () => {
    expect(sessionOfFragment("")).toBeNull();
    expect(sessionOfFragment("#something-else")).toBeNull();
  });

  it("refuses what is none, in words", () => {
    const text = sessionJson({ model, choices: FIRST_CHOICES, compared: null });
    const wrong = [
      "",
      "[]",
      "null",
      text.slice(1),
      text.replace("session@1", "session@9"),
      text.replace(/"sha256":"[^"]*"/, '"sha256":"zz"'),
      text.replace(/"sha256":"[^"]*"/, '"sha256":""'),
      text.replace(/}$/, ',"plot":{"axes":[0,0,1]}}'),
      text.replace(/}$/, ',"compared":7}'),
      text.replace(/}$/, ',"compared":{"name":"b","sha256":"zz"}}'),
      text.replace(/}$/, ',"compared":{"name":"b","sha256":""}}'),
      text.replace(/}$/, ',"selection":{"kernel":-1}}'),
      text.replace(/}$/, ',"selection":{"group":{"kind":"everything"}}}'),
      text.replace(
        /}$/,
        ',"selection":{"group":{"kind":"region","layer":"a","axes":[0,1],"polygon":[1]}}}',
      ),
    ];
    for (const one of wrong) expect(codeOf(() => parseSession(one, "a test"))).toBe("malformed");
    const setting = text.replace(/}$/, ',"settings":{"threshold":7}}');
    expect(codeOf(() => parseSession(setting, "a test"))).toBe("bad-setting");
    const filters = text.replace(/}$/, ',"settings":{"features":"custom"},"ownFeatures":[]}');
    expect(codeOf(() => parseSession(filters, "a test"))).toBe("bad-setting");
    expect(codeOf(() => sessionOfFragment("#sample=x&view=%%%"))).toBe("malformed");
    expect(codeOf(() => sessionOfFragment("#model=123"))).toBe("malformed");
  });

  it("takes no harm from any text", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify(value);
        expect(["malformed", "bad-setting"]).toContain(codeOf(() => parseSession(text, "a test")));
      }),
    );
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(["malformed", "nothing thrown"]).toContain(
          codeOf(() => sessionOfFragment(`#sample=s&view=${text}`)),
        );
      }),
    );
  });
});
