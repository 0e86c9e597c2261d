import { describe, expect, test } from "vitest";
import { ConvAtlasError } from "../../../src/core/errors.ts";
import { type Answered, newestAnswers } from "../../../src/ui/lab/kernel/labAnswers.ts";
import type { LayerMapsRequest } from "../../../src/worker/lab/protocol.ts";
import { FakeClient } from "../lab-ui/fakeLab.ts";

function requestOf(layer: string): LayerMapsRequest {
  return {
    layer,
    slice: { image: "a", plane: "frame", index: 0 },
    preprocessing: {
      ...{ height: 4, width: 4, placement: "pad", scaling: "unit" },
      window: { low: 0, high: 255 },
    },
  };
}

function asked() {
  const client = new FakeClient();
  const told: Answered<"maps">[] = [];
  const ask = newestAnswers(client, "maps", (answered) => told.push(answered));
  /** Promises that the newest call waits for come to their end. */
  const settled = () => new Promise((resolve) => setTimeout(resolve, 0));
  return { client, told, ask, settled };
}

describe("what the lab answers", () => {
  test("comes with what was asked for", async () => {
    const { client, told, ask, settled } = asked();
    ask(requestOf("down"));
    client.last("maps").resolve("maps of down");
    await settled();
    expect(told).toHaveLength(1);
    expect(told[0].answer).toEqual({ request: requestOf("down"), result: "maps of down" });
  });

  test("is kept, and what a kept answer has overtaken is not told when it comes", async () => {
    const { client, told, ask, settled } = asked();
    ask(requestOf("down"));
    client.last("maps").resolve("maps of down");
    await settled();
    ask(requestOf("up"));
    ask(requestOf("down"));
    client.last("maps").resolve("maps of up");
    await settled();
    expect(told.map(({ answer }) => answer?.result)).toEqual(["maps of down", "maps of down"]);
    // It is kept all the same.
    ask(requestOf("up"));
    expect(told.at(-1)?.answer?.result).toBe("maps of up");
    expect(client.of("maps")).toHaveLength(2);
  });

  test("may be a failure, and the same can be asked for once more", async () => {
    const { client, told, ask, settled } = asked();
    ask(requestOf("down"));
    client.last("maps").reject(new ConvAtlasError("cannot-run", "It stopped."));
    await settled();
    expect(told.at(-1)).toMatchObject({ answer: null, error: { message: "It stopped." } });
    ask(requestOf("down"));
    client.last("maps").resolve("maps of down");
    await settled();
    expect(told.at(-1)).toMatchObject({ answer: { result: "maps of down" }, error: null });
  });
});
