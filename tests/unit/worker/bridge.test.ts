import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ConvAtlasError } from "../../../src/core/errors.ts";
import type { Answering } from "../../../src/worker/answering.ts";
import { bridgeTo } from "../../../src/worker/bridge.ts";
import { FakeWorker } from "../../support/fakeWorker.ts";

const GRACE_MS = 250;
const never = new AbortController().signal;
const ignore = () => undefined;

function bridgeOf(answering: Answering<string, string, string>) {
  const workers: FakeWorker[] = [];
  const greetings: string[] = [];
  const notes: string[] = [];
  const bridge = bridgeTo<string, string, string, string, string>({
    start() {
      const worker = FakeWorker.of<string, string, string, string, string>((greeting, note) => {
        greetings.push(greeting);
        note(`heard ${greeting}`);
        return answering;
      });
      workers.push(worker);
      return worker;
    },
    greeting: () => `hello ${workers.length}`,
    onNote: (note) => notes.push(note),
    diedMessage: "It stopped.",
    cancelledMessage: "It was cancelled.",
    cancelGraceMs: GRACE_MS,
  });
  return { bridge, workers, greetings, notes };
}

/** Answers as soon as it is called off. */
const obedient: Answering<string, string, string> = (_question, _onEvent, signal) =>
  new Promise((_resolve, reject) => {
    signal.addEventListener("abort", () => reject(new ConvAtlasError("cancelled", "Stopped.")));
  });

const deaf: Answering<string, string, string> = () => new Promise(ignore);

describe("the bridge to a worker", () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it("brings questions there and events, answers and notes back", async () => {
    const { bridge, workers, greetings, notes } = bridgeOf(async (question, onEvent) => {
      onEvent(`${question}: half`);
      return `${question}: done`;
    });
    const events: string[] = [];
    const onEvent = (event: string) => events.push(event);
    expect(workers).toHaveLength(0);
    const answers = await Promise.all([
      bridge.ask("first", onEvent, never),
      bridge.ask("second", onEvent, never),
    ]);
    expect(answers).toEqual(["first: done", "second: done"]);
    expect(events).toEqual(["first: half", "second: half"]);
    expect(workers).toHaveLength(1);
    expect(greetings).toEqual(["hello 1"]);
    expect(notes).toEqual(["heard hello 1"]);
  });

  it("tells what cannot be sent, and leaves no worker and no question behind", async () => {
    let isFull = true;
    const workers: FakeWorker[] = [];
    const bridge = bridgeTo<string, string, string, string, string>({
      start() {
        const worker = FakeWorker.of<string, string, string, string, string>(
          () => async (question) => question,
        );
        const send = worker.postMessage.bind(worker);
        worker.postMessage = (message) => {
          if (isFull) throw new DOMException("out of memory", "DataCloneError");
          send(message);
        };
        workers.push(worker);
        return worker;
      },
      greeting: () => "hello",
      onNote: ignore,
      diedMessage: "It stopped.",
      cancelledMessage: "It was cancelled.",
      cancelGraceMs: GRACE_MS,
    });
    const failure = await bridge.ask("x", ignore, never).catch((thrown: unknown) => thrown);
    expect(failure).toBeInstanceOf(ConvAtlasError);
    expect(failure).toMatchObject({ code: "internal", message: "It stopped." });
    expect(bridge.isRunning()).toBe(false);
    expect(workers.map(({ isEnded }) => isEnded)).toEqual([true]);
    isFull = false;
    expect(await bridge.ask("y", ignore, never)).toBe("y");
    isFull = true;
    await expect(bridge.ask("z", ignore, never)).rejects.toBeInstanceOf(ConvAtlasError);
    isFull = false;
    // The worker that is there goes on.
    expect(await bridge.ask("w", ignore, never)).toBe("w");
    expect(workers).toHaveLength(2);
  });

  it("restores errors with all that they carry", async () => {
    const missing = new ConvAtlasError("missing-companion-file", "Add it.", "why", ["a.bin"]);
    const { bridge } = bridgeOf(() => Promise.reject(missing));
    const error = await bridge.ask("x", ignore, never).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ConvAtlasError);
    expect(error).toMatchObject({
      code: "missing-companion-file",
      message: "Add it.",
      details: "why",
      missingFiles: ["a.bin"],
    });
  });

  it("rejects at once when it is called off, and keeps a worker that obeys", async () => {
    const { bridge, workers } = bridgeOf(obedient);
    const controller = new AbortController();
    const asked = bridge.ask("x", ignore, controller.signal);
    controller.abort();
    await expect(asked).rejects.toMatchObject({ code: "cancelled", message: "It was cancelled." });
    await vi.advanceTimersByTimeAsync(2 * GRACE_MS);
    expect(workers[0].isEnded).toBe(false);
    const again = new AbortController();
    again.abort();
    await expect(bridge.ask("y", ignore, again.signal)).rejects.toMatchObject({
      code: "cancelled",
    });
  });

  it("ends a worker that does not obey, and starts a fresh one for the next question", async () => {
    let isDeaf = true;
    const { bridge, workers, greetings } = bridgeOf((question, onEvent, signal) =>
      isDeaf ? deaf(question, onEvent, signal) : Promise.resolve("done"),
    );
    const controller = new AbortController();
    const asked = bridge.ask("x", ignore, controller.signal);
    controller.abort();
    await expect(asked).rejects.toMatchObject({ code: "cancelled" });
    await vi.advanceTimersByTimeAsync(GRACE_MS - 1);
    expect(workers[0].isEnded).toBe(false);
    await vi.advanceTimersByTimeAsync(2);
    expect(workers[0].isEnded).toBe(true);
    isDeaf = false;
    expect(await bridge.ask("y", ignore, never)).toBe("done");
    expect(greetings).toEqual(["hello 1", "hello 2"]);
  });

  it("lets a deaf worker be while something else is asked of it", async () => {
    const { bridge, workers } = bridgeOf(deaf);
    const controller = new AbortController();
    const asked = bridge.ask("x", ignore, controller.signal);
    const other = bridge.ask("y", ignore, never);
    controller.abort();
    await expect(asked).rejects.toMatchObject({ code: "cancelled" });
    await vi.advanceTimersByTimeAsync(2 * GRACE_MS);
    expect(workers[0].isEnded).toBe(false);
    bridge.close();
    await expect(other).rejects.toMatchObject({ code: "cancelled" });
    expect(workers[0].isEnded).toBe(true);
  });

  it("tells a worker that did not arrive from one that died", async () => {
    const { bridge, workers } = bridgeOf(obedient);
    const asked = bridge.ask("x", ignore, never);
    workers[0].stayAway();
    await expect(asked).rejects.toMatchObject({
      code: "unreadable",
      message: expect.stringContaining("check the connection"),
    });
    expect(bridge.isRunning()).toBe(false);
  });

  it("says in words that a worker died", async () => {
    const { bridge, workers } = bridgeOf(deaf);
    const asked = bridge.ask("x", ignore, never);
    workers[0].die("out of memory");
    await expect(asked).rejects.toMatchObject({
      code: "internal",
      message: "It stopped.",
      details: "out of memory",
    });
    expect(workers[0].isEnded).toBe(true);
  });
});
