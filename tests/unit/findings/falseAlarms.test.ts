import { describe, expect, it } from "vitest";
import { FALSE_ALARMS_AT_MOST } from "../../../src/core/findings/findings.ts";
import { SeededRandom } from "../../../src/core/random/seededRandom.ts";
import { DISTRIBUTIONS, findingsOf, noiseKernels, SMALL_UNET } from "./noiseNetworks.ts";

const NETWORKS = 200;

/** No layer has less than is measured at all, so that all samples are as small as they get. */
const UNET = SMALL_UNET.map((layer) => ({ ...layer, kernels: layer.kernels - 14 }));

describe("findings about pure noise", () => {
  it("raise a false alarm in at most 5 % of 200 networks, and are answers in most", async () => {
    const alarms = { filters: 0, decoder: 0, encoder: 0 };
    const answers = { filters: 0, decoder: 0, encoder: 0 };
    let alarmed = 0;
    const normalLayers = { measured: 0, firm: 0 };
    for (let network = 0; network < NETWORKS; network++) {
      const { name, draw } = DISTRIBUTIONS[network % DISTRIBUTIONS.length];
      const kernels = noiseKernels(UNET, draw, new SeededRandom(1000 + network));
      const { filters, decoder, encoder, layers } = await findingsOf(UNET, kernels);
      const isAlarm = {
        filters: filters.verdict === "more",
        decoder: decoder.verdict === "more",
        encoder: encoder.verdict === "differ",
      };
      if (isAlarm.filters || isAlarm.decoder || isAlarm.encoder) alarmed++;
      alarms.filters += Number(isAlarm.filters);
      alarms.decoder += Number(isAlarm.decoder);
      alarms.encoder += Number(isAlarm.encoder);
      for (const { structure } of name === "normal" ? layers : []) {
        if (structure.state !== "measured") continue;
        normalLayers.measured++;
        if (structure.clusters?.firmness === "firm") normalLayers.firm++;
      }
      answers.filters += Number(filters.verdict === "noMore");
      answers.decoder += Number(decoder.verdict === "noMore");
      answers.encoder += Number(encoder.verdict === "noMore");
    }
    const shown = JSON.stringify({ alarms, answers });
    // One normal layer in twenty is firmer than all 19 surrogates; three standard errors are 2.4 %.
    expect(normalLayers.measured).toBe(67 * UNET.length);
    expect(Math.abs(normalLayers.firm / normalLayers.measured - 1 / 20)).toBeLessThan(0.024);
    expect(alarmed, shown).toBeLessThanOrEqual(FALSE_ALARMS_AT_MOST * NETWORKS);
    // A method that never dares to answer raises no false alarm either.
    for (const answered of Object.values(answers)) expect(answered).toBeGreaterThan(NETWORKS / 2);
  }, 600_000);
});
