import { describe, expect, it } from "vitest";
import { ConvAtlasError } from "../../../src/core/errors.ts";
import {
  fakeLab,
  files,
  image,
  labWith,
  MODEL,
  network,
  PLACED_MASK,
  runResult,
  settled,
} from "./fakeLab.ts";

describe("images", () => {
  it("that are dropped before the network is ready wait for it", async () => {
    const { lab, store, clients } = fakeLab();
    void lab.addImages(files("a.png"));
    void lab.open(network("a.onnx"));
    expect(clients[0].of("images")).toHaveLength(0);
    clients[0].last("open").resolve(MODEL);
    await settled();
    clients[0].last("images").resolve({ images: [image("a.png")], failed: [] });
    await settled();
    expect(store.getState().current).toBe("a.png");
  });

  it("that cannot be read are told, and the others stay", async () => {
    const { lab, store, client } = await labWith(image("a.png"));
    void lab.addImages(files("b.dcm", "c.png"));
    const failed = [{ name: "b.dcm", message: "b.dcm is cut short." }];
    client.last("images").resolve({ images: [image("c.png")], failed });
    await settled();
    expect(store.getState()).toMatchObject({ failed, current: "c.png", reading: null });
    expect(store.getState().images.map(({ id }) => id)).toEqual(["a.png", "c.png"]);
  });

  it("are told where none can be read at all", async () => {
    const { lab, store, client } = await labWith(image("a.png"));
    void lab.addImages(files("b.png"));
    client.last("images").reject(new ConvAtlasError("unreadable", "b.png cannot be read."));
    await settled();
    expect(store.getState().failed).toEqual([{ name: "b.png", message: "b.png cannot be read." }]);
    expect(store.getState().current).toBe("a.png");
  });

  it("that come while others are read are read beside them, and cancelled with them", async () => {
    const { lab, store, client } = await labWith(image("a.png"));
    void lab.addImages(files("b.png"));
    const first = client.last("images");
    void lab.addImages(files("c.png"));
    const second = client.last("images");
    void lab.addImages(files("d.png"));
    client.last("images").resolve({ images: [image("d.png")], failed: [] });
    await settled();
    expect(store.getState()).toMatchObject({ current: "d.png", reading: 0 });
    lab.cancel();
    expect([first, second].map(({ signal }) => signal.aborted)).toEqual([true, true]);
    await settled();
    expect(store.getState()).toMatchObject({ reading: null, failed: [] });
  });

  it("that are dropped after a cancel open the network", async () => {
    const { lab, store, clients } = fakeLab();
    void lab.open(network("a.onnx"));
    lab.cancel();
    await settled();
    expect(store.getState().phase).toBe("cancelled");
    void lab.addImages(files("mine.png"));
    expect(store.getState().phase).toBe("opening");
    clients[1].last("open").resolve(MODEL);
    await settled();
    expect(clients[1].of("images")).toHaveLength(1);
  });

  it("that waited for a network are not read into the next one", async () => {
    const { lab, clients } = fakeLab();
    void lab.addImages(files("mine.png"));
    void lab.open(network("a.onnx", { ownImages: files("slice-0.png") }));
    clients[0].last("open").resolve(MODEL);
    await settled();
    // While the images that come with the first are still read.
    void lab.open(network("b.onnx"));
    await settled();
    expect(clients[1].of("images")).toHaveLength(0);
  });

  it("chosen as a mask are of the image looked at, which stays in view", async () => {
    const { lab, store, client } = await labWith(image("a.png"));
    void lab.addMask(files("truth.png"));
    client.last("images").resolve({ images: [image("truth.png")], failed: [] });
    await settled();
    expect(store.getState()).toMatchObject({ current: "a.png", masks: { "a.png": "truth.png" } });
    // It lies over the run, once there is one.
    expect(client.of("mask")).toHaveLength(0);
    client.last("run").resolve(runResult(1));
    await settled();
    expect(client.last("mask").request).toMatchObject({
      mask: { image: "truth.png" },
      of: { slice: { image: "a.png" }, preprocessing: { width: 4 } },
      size: { width: 4, height: 4 },
    });
    expect(lab.held.get().run).toBeNull();
    client.last("mask").resolve(PLACED_MASK);
    await settled();
    const { run, mask } = lab.held.get();
    expect(mask).toMatchObject({ run, placed: PLACED_MASK });
  });

  it("are compared with another mask without another run, or with none", async () => {
    const { lab, store, client } = await labWith(image("a.png"), image("b.png"));
    client.last("run").resolve(runResult(1));
    await settled();
    store.setState({ masks: { "a.png": "b.png" } });
    expect(client.last("mask").request).toMatchObject({ mask: { image: "b.png" } });
    client.last("mask").resolve(PLACED_MASK);
    await settled();
    expect(lab.held.get().mask?.placed).toBe(PLACED_MASK);
    store.setState({ masks: {} });
    expect(lab.held.get().mask).toBeNull();
    expect(client.of("run")).toHaveLength(1);
  });

  it("have the mask that was chosen last, while the one before is read too", async () => {
    const { lab, store, client } = await labWith(image("a.png"), image("b.png"), image("c.png"));
    store.setState({ masks: { "a.png": "b.png" } });
    client.last("run").resolve(runResult(1));
    await settled();
    const first = client.last("mask");
    store.setState({ masks: { "a.png": "c.png" } });
    first.resolve(PLACED_MASK);
    await settled();
    expect(client.last("mask").request).toMatchObject({ mask: { image: "c.png" } });
    const second = { ...PLACED_MASK, largest: 1 };
    client.last("mask").resolve(second);
    await settled();
    expect(lab.held.get().mask?.placed).toBe(second);
  });

  it("are run without a mask that cannot be read, which is told", async () => {
    const { lab, store, client } = await labWith(image("a.png"), image("a-mask.png"));
    client.last("run").resolve(runResult(1));
    await settled();
    client.last("mask").reject(new ConvAtlasError("malformed", "a-mask.png is damaged."));
    await settled();
    expect(lab.held.get()).toMatchObject({ mask: null, run: { slice: { image: "a.png" } } });
    expect(store.getState().run.phase).toBe("done");
    expect(store.getState().failed).toEqual([
      { name: "a-mask.png", message: "a-mask.png is damaged." },
    ]);
  });

  it("that come later leave it at what was said of masks", async () => {
    const { lab, store, client } = await labWith(image("a.png"), image("a-mask.png"));
    expect(store.getState().masks).toEqual({ "a.png": "a-mask.png" });
    // None.
    store.setState({ masks: {} });
    void lab.addImages(files("b.png", "b-mask.png"));
    const images = [image("b.png"), image("b-mask.png")];
    client.last("images").resolve({ images, failed: [] });
    await settled();
    expect(store.getState().masks).toEqual({ "b.png": "b-mask.png" });
  });

  it("that are removed take their mask with them, and leave the worker", async () => {
    const { lab, store, client } = await labWith(image("a.png"), image("a-mask.png"));
    lab.forgetImage("a.png");
    expect(store.getState()).toMatchObject({ current: null, images: [], masks: {} });
    expect(client.of("forget").map(({ request }) => request)).toEqual([
      { image: "a.png" },
      { image: "a-mask.png" },
    ]);
    expect(lab.held.get().original).toBeNull();
  });

  it("that are removed are not run to the end, nor shown with the next image", async () => {
    const { lab, store, client } = await labWith(image("a.png"));
    const run = client.last("run");
    lab.forgetImage("a.png");
    expect(run.signal.aborted).toBe(true);
    run.resolve(runResult(43));
    await settled();
    expect(lab.held.get().run).toBeNull();
    expect(store.getState().run.phase).toBe("idle");
  });

  it("that are removed leave a mask that is another's as well", async () => {
    const { lab, store } = await labWith(image("a.png"), image("b.png"), image("both.png"));
    store.setState({ masks: { "a.png": "both.png", "b.png": "both.png" } });
    lab.forgetImage("a.png");
    expect(store.getState()).toMatchObject({ current: "b.png", masks: { "b.png": "both.png" } });
    // The mask itself is no image's any more.
    lab.forgetImage("both.png");
    expect(store.getState()).toMatchObject({ current: "b.png", masks: {} });
  });
});
