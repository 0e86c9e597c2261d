import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { cpuEngine } from "../../../src/core/action/cpuEngine.ts";
import { roomOf } from "../../../src/core/action/engineRoom.ts";
import { openModel } from "../../../src/core/analysis/openModel.ts";
import type { ReadProgress } from "../../../src/core/formats/format.ts";
import { chosen } from "../../support/readModel.ts";

const sample = readFileSync(join(import.meta.dirname, "../../../public/samples/brain-unet.onnx"));
const sum = createHash("sha256").update(sample).digest("hex");

async function open(onProgress: ReadProgress = () => {}, controller = new AbortController()) {
  const model = await chosen("net.onnx", sample);
  return openModel(model, roomOf(cpuEngine), onProgress, controller.signal);
}

afterEach(() => {
  vi.unstubAllGlobals();
});

describe("the fingerprint of a file", () => {
  it("is its SHA-256, made by Web Crypto while the kernels are read", async () => {
    const digest = vi.spyOn(crypto.subtle, "digest");
    const checksumSteps: number[] = [];
    const { description } = await open(({ isChecksum, doneBytes }) => {
      if (isChecksum) checksumSteps.push(doneBytes);
    });
    expect(description.sha256).toBe(sum);
    expect(digest).toHaveBeenCalledOnce();
    expect(checksumSteps).toEqual([]);
    digest.mockRestore();
  });

  it("is the same without Web Crypto, piece by piece and with its progress", async () => {
    vi.stubGlobal("crypto", undefined);
    const checksumSteps: number[] = [];
    const { description } = await open(({ isChecksum, doneBytes }) => {
      if (isChecksum) checksumSteps.push(doneBytes);
    });
    expect(description.sha256).toBe(sum);
    expect(checksumSteps.at(-1)).toBe(sample.length);
  });

  it("is made in pieces where Web Crypto lacks the memory", async () => {
    const digest = vi.spyOn(crypto.subtle, "digest").mockRejectedValue(new Error("no memory"));
    expect((await open()).description.sha256).toBe(sum);
    digest.mockRestore();
  });

  it("hears a cancel", async () => {
    const controller = new AbortController();
    await expect(open(() => controller.abort(), controller)).rejects.toMatchObject({
      code: "cancelled",
    });
  });
});
