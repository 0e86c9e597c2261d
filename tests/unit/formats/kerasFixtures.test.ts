import { describe, expect, test } from "vitest";
import { fixtures } from "../../support/fixtures/keras.ts";
import { readFiles } from "../../support/readModel.ts";

describe("every form of the Keras family", () => {
  test.each(fixtures.map((fixture) => [fixture.what, fixture] as const))(
    "%s",
    async (_, { format, files }) => {
      const network = await readFiles(await files());
      expect(network.format).toBe(format);
      expect(network.layers.length).toBeGreaterThan(0);
      for (const { kernels } of network.layers) expect(kernels.every(Number.isFinite)).toBe(true);
    },
  );

  test("those of one network hold the same kernels, however they are stored", async () => {
    const kernelsOf = async (what: string) => {
      const fixture = fixtures.find((each) => each.what === what);
      const { layers } = await readFiles((await fixture?.files()) ?? {});
      return layers.map(({ operator, inChannels, kernels }) => [operator, inChannels, kernels]);
    };
    const expected = await kernelsOf("a whole model of Keras 2");
    expect(expected).toHaveLength(4);
    for (const what of [
      "a whole model in half precision",
      "a whole model in HDF5's newest layout, float64",
      "weights of Keras 2 alone",
      "weights of Keras 2 with to_json() beside them",
      "an archive of Keras 3",
      "an archive of Keras 3, deflated",
      "weights of Keras 3 in shards, with their configuration",
    ]) {
      expect(await kernelsOf(what)).toEqual(expected);
    }
  });
});
