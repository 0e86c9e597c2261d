import { describe, expect, it, vi } from "vitest";

/** Order of a message that waits and the next turn, with Node's turns or those of a browser. */
async function order(withNodeTurns: boolean): Promise<readonly string[]> {
  vi.resetModules();
  if (!withNodeTurns) vi.stubGlobal("setImmediate", undefined);
  const { nextTurn } = await import("../../src/core/nextTurn.ts");
  vi.unstubAllGlobals();
  const seen: string[] = [];
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => seen.push("message");
  port2.postMessage(null);
  // A message takes a turn or two to travel.
  for (let turn = 0; turn < 3; turn++) await nextTurn();
  seen.push("after three turns");
  port1.close();
  return seen;
}

describe("nextTurn", () => {
  it.each([true, false])("lets messages in first (Node's own turns: %s)", async (withNodeTurns) => {
    expect(await order(withNodeTurns)).toEqual(["message", "after three turns"]);
  });

  it("is quicker than a timer", async () => {
    const { nextTurn } = await import("../../src/core/nextTurn.ts");
    const elapsed = async (wait: () => Promise<void>) => {
      const startedAt = performance.now();
      for (let turn = 0; turn < 200; turn++) await wait();
      return performance.now() - startedAt;
    };
    const timer = () => new Promise<void>((resolve) => setTimeout(resolve, 0));
    expect(await elapsed(nextTurn)).toBeLessThan(await elapsed(timer));
  });
});
