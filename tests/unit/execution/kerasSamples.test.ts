import { readFileSync } from "node:fs";
import * as ort from "onnxruntime-web/wasm";
import { describe, expect, it } from "vitest";
import { inferSizes } from "../../../src/core/network/sizes.ts";
import { exposedSession, layerOf, ownFeeds, readExecutable } from "../../support/executables.ts";
import { placed } from "../../support/readModel.ts";
import { expectedRuns, expectSampleOutput, sliceOf } from "../../support/sampleRuns.ts";

const TFJS = "tests/fixtures/samples/brain-unet-tfjs";

const FORMS = {
  "brain-unet.h5": ["public/samples/brain-unet.h5"],
  "brain-unet-tfjs": [`${TFJS}/model.json`, `${TFJS}/group1-shard1of1.bin`],
} as const;

function readForm(form: keyof typeof FORMS) {
  const files = FORMS[form].map((path) => [path.split("/").at(-1), readFileSync(path)]);
  return readExecutable(placed(Object.fromEntries(files)));
}

describe.each(["brain-unet.h5", "brain-unet-tfjs"] as const)("%s", (form) => {
  it("gives what it gave in PyTorch, its own kernels put in from outside", async () => {
    const read = await readForm(form);
    const { network, executable } = read;
    expect(executable.remarks).toEqual([]);
    const exposed = await exposedSession(read);
    expect([...exposed.weights.keys()].sort()).toEqual(
      network.layers.map(({ name }) => name).sort(),
    );
    expect(exposed.imageInputs).toEqual(["image"]);
    const sizes = network.graph === null ? null : inferSizes(network.graph, 64).outputs;
    for (const run of expectedRuns("brain-unet")) {
      const image = new ort.Tensor("float32", sliceOf(run), [1, 256, 256, 1]);
      const results = await exposed.session.run(ownFeeds(exposed, image));
      const output = results[exposed.session.outputNames[0]];
      expect(output.dims).toEqual([1, 256, 256, 1]);
      expectSampleOutput(output.data as Float32Array, run);
      for (const { layer, output: maps, activated } of executable.convolutions) {
        const { outChannels, graphNode } = layerOf(network, layer);
        const shape = [1, outChannels, ...(sizes?.[graphNode ?? -1] ?? [])];
        expect([layer, ...results[maps].dims]).toEqual([layer, ...shape]);
        const before = results[maps].data as Float32Array;
        const after = results[activated ?? ""].data as Float32Array;
        expect(after.every((value, at) => value === Math.max(0, before[at]))).toBe(true);
      }
    }
    await exposed.session.release();
  });

  it("gives something else with zeros in a layer", async () => {
    const exposed = await exposedSession(await readForm(form));
    const [run] = expectedRuns("brain-unet").slice(1);
    const image = new ort.Tensor("float32", sliceOf(run), [1, 256, 256, 1]);
    const feeds = ownFeeds(exposed, image);
    const [name] = exposed.session.outputNames;
    const own = (await exposed.session.run(feeds))[name].data as Float32Array;
    for (const layer of ["encoder_0_conv1", "bottleneck_conv1", "decoder_0_conv2"]) {
      const { input, original } = exposed.weights.get(layer) ?? {};
      if (input === undefined || original === undefined) throw new Error(`no layer ${layer}`);
      const zeros = new ort.Tensor("float32", new Float32Array(original.size), original.dims);
      const made = await exposed.session.run({ ...feeds, [input]: zeros });
      const other = made[name].data as Float32Array;
      expect(other.some((value, at) => Math.abs(value - own[at]) > 1e-3)).toBe(true);
    }
    await exposed.session.release();
  });
});
