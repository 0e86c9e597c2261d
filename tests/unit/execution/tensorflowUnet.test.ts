import * as ort from "onnxruntime-web/wasm";
import { describe, expect, it } from "vitest";
import { exposedSession, layerOf, ownFeeds, readExecutable } from "../../support/executables.ts";
import { placed } from "../../support/readModel.ts";
import {
  frozenForm,
  savedForm,
  slowUnet,
  tfjsForm,
  tfliteForm,
  UNET_IMAGE,
} from "../../support/runnableUnet.ts";
import { type Numbers, slowEntries, slowTranspose } from "../../support/slowMaps.ts";
import { expectClose } from "../../support/tensorflowRuns.ts";

const FORMS = {
  "frozen graph": () => frozenForm(false),
  "frozen graph of open size": () => frozenForm(true),
  SavedModel: savedForm,
  "TensorFlow.js graph": tfjsForm,
  "TensorFlow Lite": tfliteForm,
};

const expected = slowUnet(UNET_IMAGE);

function numbersOf({ dims, data }: ort.Tensor): Numbers {
  return { shape: dims, values: Float32Array.from(data as Float32Array) };
}

const image = () => new ort.Tensor("float32", UNET_IMAGE.values, UNET_IMAGE.shape);

describe.each(Object.entries(FORMS))("a U-Net as %s", (_, form) => {
  it("makes of an image what plain loops make, its weights fed from its kernels", async () => {
    const read = await readExecutable(placed(form()));
    const { executable } = read;
    const exposed = await exposedSession(read);
    const results = await exposed.session.run(ownFeeds(exposed, image()));
    const own = exposed.session.outputNames[0];
    expectClose(numbersOf(results[own]), expected.result);
    expect(executable.convolutions.map(({ layer }) => layer)).toEqual([
      "down",
      "bottom",
      "up",
      "join",
    ]);
    for (const { layer, output, activated, maps } of executable.convolutions) {
      const plain = expected.layers[layer as keyof typeof expected.layers];
      expect(maps).toBe("channelsFirst");
      const found = slowTranspose(numbersOf(results[output]), [0, 2, 3, 1]);
      expectClose(found, plain);
      if (layer === "up") expect(activated).toBeNull();
      else {
        const shown = slowTranspose(numbersOf(results[activated ?? ""]), [0, 2, 3, 1]);
        const relu = slowEntries([plain], (x) => Math.max(0, x));
        expectClose(shown, layer === "join" ? expected.result : relu);
      }
    }
    await exposed.session.release();
  });

  it("follows other kernels where those of a layer are replaced", async () => {
    const read = await readExecutable(placed(form()));
    const exposed = await exposedSession(read);
    const feeds = ownFeeds(exposed, image());
    const weights = exposed.weights.get("down");
    if (weights === undefined) throw new Error("the weights of down are fixed");
    const { input, original } = weights;
    expect(original.size).toBe(layerOf(read.network, "down").kernels.length);
    const zeros = new ort.Tensor("float32", new Float32Array(original.size), original.dims);
    const results = await exposed.session.run({ ...feeds, [input]: zeros });
    const down = read.executable.convolutions.find(({ layer }) => layer === "down");
    const maps = numbersOf(results[down?.output ?? ""]).values;
    // Nothing is left but the bias, one number per channel.
    const bias = [0, 1, 2].map((channel) => maps[channel * 120]);
    expect(new Set(maps)).toEqual(new Set(bias));
    await exposed.session.release();
  });
});
