import { describe, expect, it } from "vitest";
import { ConvAtlasError } from "../../../src/core/errors.ts";
import { openLab } from "../../../src/worker/lab/labClient.ts";
import type { EngineReport, ImageInfo, LabEvent } from "../../../src/worker/lab/protocol.ts";
import type {
  LabAnswer,
  LabAnswering,
  LabGreeting,
  LabNote,
  LabQuestion,
} from "../../../src/worker/lab/wire.ts";
import { FakeWorker } from "../../support/fakeWorker.ts";

const never = new AbortController().signal;
const network = { input: { kind: "url", url: "http://x/net.onnx", name: "net.onnx" } } as const;
const files = ["a.png", "b.png", "bad.png"].map((name) => ({ url: `http://x/${name}`, name }));

/** Knows a network and images, and forgets both with its end; maps make it unusable. */
function labOf() {
  const workers: FakeWorker[] = [];
  const asked: string[] = [];
  const client = openLab(
    () => undefined,
    () => {
      const images = new Map<string, string>();
      let isOpen = false;
      const answering =
        (note: (note: LabNote) => void): LabAnswering =>
        async (question) => {
          asked.push(`${workers.length} ${question.name}`);
          switch (question.name) {
            case "open":
              isOpen = true;
              return {} as LabAnswer;
            case "images": {
              const read: ImageInfo[] = [];
              const failed: { name: string; message: string }[] = [];
              for (const [index, { name }] of (question.request.files as typeof files).entries()) {
                const id = question.ids[index];
                if (name === "bad.png") {
                  failed.push({ name, message: "It is damaged." });
                  continue;
                }
                images.set(id, name);
                read.push({ id, name } as ImageInfo);
              }
              return { images: read, failed };
            }
            case "forget":
              images.delete(question.request.image);
              return null;
            case "maps":
              note({ kind: "unusable" });
              throw new ConvAtlasError("too-large", "It is too large.");
            default:
              if (!isOpen) throw new ConvAtlasError("internal", "Nothing is open.");
              return Object.fromEntries(images) as unknown as LabAnswer;
          }
        };
      const worker = FakeWorker.of<LabGreeting, LabQuestion, LabEvent, LabAnswer, LabNote>(
        (_greeting, note) => answering(note),
      );
      workers.push(worker);
      return worker;
    },
  );
  const run = () => client.call("run", {} as never, never);
  return { client, workers, asked, run };
}

async function openWithImages(client: ReturnType<typeof labOf>["client"]) {
  await client.call("open", network, never);
  return client.call("images", { files }, never);
}

describe("the lab's client", () => {
  it("starts no worker before it is asked, and gives images ids", async () => {
    const { client, workers, run } = labOf();
    expect(workers).toHaveLength(0);
    const { images, failed } = await openWithImages(client);
    expect(images.map(({ id }) => id)).toEqual(["image-1", "image-2"]);
    expect(failed).toHaveLength(1);
    expect(await run()).toEqual({ "image-1": "a.png", "image-2": "b.png" });
    expect(workers).toHaveLength(1);
  });

  it("gives a fresh worker what one that is out of memory knew, under the same ids", async () => {
    const { client, workers, asked, run } = labOf();
    await openWithImages(client);
    await client.call("forget", { image: "image-1" }, never);
    await expect(client.call("maps", {} as never, never)).rejects.toMatchObject({
      code: "too-large",
    });
    const [first, second] = await Promise.all([run(), run()]);
    expect(first).toEqual({ "image-2": "b.png" });
    expect(second).toEqual(first);
    expect(workers.map(({ isEnded }) => isEnded)).toEqual([true, false]);
    expect(asked.filter((name) => name.startsWith("2"))).toEqual([
      "2 open",
      "2 images",
      "2 run",
      "2 run",
    ]);
    const { images } = await client.call("images", { files: files.slice(0, 1) }, never);
    expect(images[0].id).toBe("image-4");
  });

  it("does the same after a worker died, and opens another network when it is asked to", async () => {
    const { client, workers, asked, run } = labOf();
    await openWithImages(client);
    workers[0].die("out of memory");
    expect(await run()).toEqual({ "image-1": "a.png", "image-2": "b.png" });
    workers[1].die("again");
    await client.call("open", network, never);
    expect(asked.filter((name) => name.startsWith("3"))).toEqual(["3 images", "3 open"]);
  });

  it("tells what computes, and a fresh worker what was chosen and found", async () => {
    const report: EngineReport = {
      engine: { provider: "wasm", threads: 1 },
      isDecided: true,
      measured: { wasm: 40, webgpu: 90 },
      remark: null,
    };
    const workers: FakeWorker[] = [];
    const opened: unknown[] = [];
    const told: EngineReport[] = [];
    const client = openLab(
      (found) => told.push(found),
      () => {
        const answering =
          (note: (note: LabNote) => void): LabAnswering =>
          async (question) => {
            if (question.name === "open") opened.push(question.request);
            if (question.name === "run") note({ kind: "engine", report });
            return null;
          };
        workers.push(FakeWorker.of((_greeting: LabGreeting, note) => answering(note)));
        return workers[workers.length - 1];
      },
    );
    await client.call("open", { ...network, choice: "webgpu" }, never);
    await client.call("run", {} as never, never);
    expect(told).toEqual([report]);
    workers[0].die("out of memory");
    await client.call("picture", {} as never, never);
    expect(opened[1]).toEqual({ ...network, choice: "webgpu", known: report });
    await client.call("engine", { choice: "wasm" }, never);
    workers[1].die("again");
    await client.call("picture", {} as never, never);
    expect(opened[2]).toEqual({ ...network, choice: "wasm" });
  });

  it("rejects at once what is called off while a worker is replaced", async () => {
    const { client, workers } = labOf();
    await openWithImages(client);
    workers[0].die("out of memory");
    const controller = new AbortController();
    const called = client.call("run", {} as never, controller.signal);
    controller.abort();
    await expect(called).rejects.toMatchObject({ code: "cancelled" });
  });

  it("ends the worker to give its memory back, and goes on where it was", async () => {
    const { client, workers, run } = labOf();
    await openWithImages(client);
    client.rest();
    expect(workers[0].isEnded).toBe(true);
    expect(await run()).toEqual({ "image-1": "a.png", "image-2": "b.png" });
    expect(workers).toHaveLength(2);
  });

  it("ends the worker and forgets all when it is closed", async () => {
    const { client, workers, run } = labOf();
    await openWithImages(client);
    const pending = run();
    client.close();
    await expect(pending).rejects.toMatchObject({ code: "cancelled" });
    expect(workers[0].isEnded).toBe(true);
    await expect(run()).rejects.toMatchObject({ message: "Nothing is open." });
  });
});
