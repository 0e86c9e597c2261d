import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ConvAtlasError } from "../../../src/core/errors.ts";
import { IDLE_MS } from "../../../src/ui/lab/lab.ts";
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

describe("opening the lab", () => {
  it("tells how far it is, and then what the network takes", async () => {
    const { lab, store, clients } = fakeLab();
    const { input } = network("a.onnx");
    void lab.open(network("a.onnx"));
    const { onEvent, request, resolve } = clients[0].last("open");
    expect(request).toEqual({ input, choice: "auto" });
    onEvent?.({ kind: "progress", step: "starting", share: 0.5 });
    expect(store.getState()).toMatchObject({
      phase: "opening",
      progress: { step: "starting", share: 0.5 },
    });
    resolve(MODEL);
    await settled();
    expect(store.getState()).toMatchObject({ phase: "ready", progress: null, model: MODEL });
    expect(store.getState().output).toMatchObject({ name: "mask", channel: 0, threshold: 0.5 });
  });

  it("happens once, however often the view is come back to", async () => {
    const { lab, clients } = fakeLab();
    const one = network("a.onnx");
    void lab.open(one);
    void lab.open(one);
    clients[0].last("open").resolve(MODEL);
    await settled();
    void lab.open(one);
    expect(clients).toHaveLength(1);
  });

  it("says why a network cannot run, does not try by itself again, and tries when asked", async () => {
    const { lab, store, clients } = fakeLab();
    const one = network("a.onnx");
    void lab.open(one);
    clients[0].last("open").reject(new ConvAtlasError("cannot-run", "Weights alone cannot run."));
    await settled();
    expect(store.getState()).toMatchObject({
      phase: "failed",
      error: { code: "cannot-run", message: "Weights alone cannot run." },
    });
    expect(clients[0].isClosed).toBe(true);
    void lab.open(one);
    expect(clients).toHaveLength(1);
    void lab.retry();
    expect(clients).toHaveLength(2);
  });

  it("can be cancelled", async () => {
    const { lab, store, clients } = fakeLab();
    void lab.open(network("a.onnx"));
    lab.cancel();
    await settled();
    expect(store.getState()).toMatchObject({ phase: "cancelled", error: null });
    expect(clients[0].isClosed).toBe(true);
  });

  it("closes the lab of the network before, whose late answer changes nothing", async () => {
    const { lab, store, clients } = fakeLab();
    void lab.open(network("a.onnx"));
    void lab.open(network("b.onnx"));
    expect(clients[0].isClosed).toBe(true);
    clients[0].last("open").resolve(MODEL);
    await settled();
    expect(store.getState().phase).toBe("opening");
  });

  it("reads the images that come with a network, and looks at the one named", async () => {
    const { lab, store, clients } = fakeLab();
    const own = files("slice-0.png", "slice-0-mask.png", "slice-1.png");
    void lab.open(network("a.onnx", { ownImages: own, firstImage: "slice-1.png" }));
    clients[0].last("open").resolve(MODEL);
    await settled();
    expect(clients[0].last("images").request).toEqual({ files: own });
    const images = own.map(({ name }) => image(name));
    clients[0].last("images").resolve({ images, failed: [] });
    await settled();
    expect(store.getState()).toMatchObject({
      current: "slice-1.png",
      masks: { "slice-0.png": "slice-0-mask.png" },
    });
  });

  it("does not look away from a person's own image, and reads it once", async () => {
    const { lab, store, clients } = fakeLab();
    const own = files("slice-0.png", "slice-1.png");
    void lab.open(network("a.onnx", { ownImages: own, firstImage: "slice-1.png" }));
    clients[0].last("open").resolve(MODEL);
    await settled();
    const [readOwn] = clients[0].of("images");
    void lab.addImages(files("mine.png"));
    clients[0].last("images").resolve({ images: [image("mine.png")], failed: [] });
    await settled();
    readOwn.resolve({ images: own.map(({ name }) => image(name)), failed: [] });
    await settled();
    expect(store.getState().current).toBe("mine.png");
    expect(clients[0].of("images")).toHaveLength(2);
  });
});

describe("running", () => {
  it("follows what is looked at and how it is prepared", async () => {
    const { lab, store, client } = await labWith(image("a.png"), image("b.png"));
    expect(client.last("run").request).toMatchObject({
      slice: { image: "a.png", plane: "frame", index: 0 },
      preprocessing: { height: 4, width: 4 },
    });
    client.last("run").resolve(runResult(43));
    await settled();
    expect(store.getState().run).toMatchObject({ phase: "done", milliseconds: 43 });
    expect(lab.held.get().run?.slice.image).toBe("a.png");
    store.setState({ current: "b.png" });
    expect(client.last("run").request).toMatchObject({ slice: { image: "b.png" } });
    client.last("run").resolve(runResult(40));
    await settled();
    store.setState({ edits: { all: { scaling: "symmetric" }, own: {} } });
    expect(client.last("run").request).toMatchObject({ preprocessing: { scaling: "symmetric" } });
    expect(client.of("run")).toHaveLength(3);
  });

  it("leaves out what a slider has passed by", async () => {
    const volume = image("head.nii", {
      stacks: [{ plane: "axial", count: 90, width: 4, height: 4 }],
    });
    const { lab, store, client } = await labWith(volume);
    for (const index of [46, 47, 48]) {
      store.setState({ slices: { "head.nii": { plane: "axial", index } } });
    }
    expect(client.of("run")).toHaveLength(1);
    client.last("run").resolve(runResult(1));
    await settled();
    expect(client.of("run")).toHaveLength(2);
    expect(client.last("run").request).toMatchObject({ slice: { index: 48 } });
    expect(store.getState().run.phase).toBe("running");
    client.last("run").resolve(runResult(2));
    await settled();
    expect(store.getState().run.phase).toBe("done");
    expect(lab.held.get().run?.slice.index).toBe(48);
  });

  it("does not run again for a threshold or another way of drawing", async () => {
    const { store, client } = await labWith(image("a.png"));
    client.last("run").resolve(runResult(1));
    await settled();
    store.setState({ overlay: { drawn: "values", opacity: 1 }, part: "kernel" });
    expect(client.of("run")).toHaveLength(1);
  });

  it("that fails keeps what was there, and can be tried again", async () => {
    const { lab, store, client } = await labWith(image("a.png"), image("b.png"));
    client.last("run").resolve(runResult(1));
    await settled();
    store.setState({ current: "b.png" });
    client.last("run").reject(new ConvAtlasError("cannot-run", "The memory does not suffice."));
    await settled();
    expect(store.getState().run).toMatchObject({
      phase: "failed",
      error: { message: "The memory does not suffice." },
    });
    expect(lab.held.get().run?.slice.image).toBe("a.png");
    lab.runAgain();
    expect(client.of("run")).toHaveLength(3);
    expect(store.getState().run).toMatchObject({ phase: "running", error: null });
  });

  it("can be cancelled and begun again", async () => {
    const { lab, store, client } = await labWith(image("a.png"));
    lab.cancel();
    await settled();
    expect(store.getState().run.phase).toBe("cancelled");
    lab.runAgain();
    client.last("run").resolve(runResult(7));
    await settled();
    expect(store.getState().run).toMatchObject({ phase: "done", milliseconds: 7 });
  });
});

const onePixel = { width: 1, height: 1, channels: 1, values: new Float32Array(1) };

describe("a lab that nobody looks at", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("gives its memory back, and is as it was for who comes back", async () => {
    const mask = image("a-mask.png");
    const { lab, store, client, clients, network: same } = await labWith(image("a.png"), mask);
    client.last("picture").resolve(onePixel);
    client.last("run").resolve(runResult(1));
    await settled();
    client.last("mask").resolve(PLACED_MASK);
    await settled();
    const before = store.getState();
    lab.leave();
    vi.advanceTimersByTime(IDLE_MS + 1);
    expect(client.timesRested).toBe(1);
    expect(lab.held.get()).toMatchObject({ run: null, original: null, mask: null });
    expect(store.getState()).toEqual(before);
    void lab.open(same);
    expect(clients).toHaveLength(1);
    expect(client.last("run").request).toMatchObject({ slice: { image: "a.png" } });
    expect(client.of("picture")).toHaveLength(2);
    // Once: later visits find it awake.
    void lab.open(same);
    expect(client.of("run")).toHaveLength(2);
  });

  it("stays open for who comes back in time", async () => {
    const { lab, client, network: same } = await labWith(image("a.png"));
    client.last("run").resolve(runResult(1));
    client.last("picture").resolve(onePixel);
    await settled();
    lab.leave();
    vi.advanceTimersByTime(IDLE_MS / 2);
    void lab.open(same);
    vi.advanceTimersByTime(3 * IDLE_MS);
    expect(client.timesRested).toBe(0);
  });

  it("is not ended while it still computes", async () => {
    const { lab, client } = await labWith(image("a.png"));
    lab.leave();
    vi.advanceTimersByTime(3 * IDLE_MS);
    expect(client.timesRested).toBe(0);
  });

  it("forgets the images with the network that they were chosen for", async () => {
    const { lab, clients } = await labWith(image("a.png"));
    lab.forget();
    void lab.addImages(files("b.png"));
    void lab.open(network("b.onnx"));
    clients[1].last("open").resolve(MODEL);
    await settled();
    expect(clients[1].last("images").request).toEqual({ files: files("b.png") });
  });
});
