import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { cpuEngine } from "../../../src/core/action/cpuEngine.ts";
import { roomOf } from "../../../src/core/action/engineRoom.ts";
import type { Analysis } from "../../../src/core/analysis/analysis.ts";
import { type AnalysisEvent, applyEvent } from "../../../src/core/analysis/progress.ts";
import { DEFAULT_SETTINGS } from "../../../src/core/analysis/settings.ts";
import { POSTER_FEATURES } from "../../../src/core/features/clinicalKernels.ts";
import { findingsInTurns } from "../../../src/core/findings/findingsInTurns.ts";
import { findingsRequest } from "../../../src/core/findings/request.ts";
import { fileSource } from "../../../src/worker/fileSource.ts";
import type { WorkerEvent } from "../../../src/worker/protocol.ts";
import { analysisService } from "../../../src/worker/service.ts";

const sample = readFileSync(join(import.meta.dirname, "../../../public/samples/brain-unet.onnx"));
const never = new AbortController().signal;
const request = {
  settings: { ...DEFAULT_SETTINGS, grid: 8 },
  features: POSTER_FEATURES,
  engine: "auto" as const,
  exactness: "distances" as const,
};

function eventsOf(): { events: AnalysisEvent[]; onEvent: (event: AnalysisEvent) => void } {
  const events: AnalysisEvent[] = [];
  return { events, onEvent: (event) => events.push(event) };
}

describe("the worker's service, without a worker", () => {
  it("reads a dropped file at the first analysis only", async () => {
    const service = analysisService(
      {
        kind: "files",
        files: [{ path: "net.onnx", file: new File([sample], "net.onnx") }],
      },
      roomOf(cpuEngine),
    );
    const first = eventsOf();
    await service.analyse(request, first.onEvent, never);
    expect(first.events[0].kind).toBe("reading");
    expect(first.events.at(-1)?.kind).toBe("finished");
    const second = eventsOf();
    await service.analyse(
      { ...request, settings: { ...request.settings, threshold: 0.2 } },
      second.onEvent,
      never,
    );
    expect(second.events.map(({ kind }) => kind)).not.toContain("reading");
  });

  it("answers what is asked about a finished analysis", async () => {
    const service = analysisService(
      { kind: "files", files: [{ path: "net.onnx", file: new File([sample], "net.onnx") }] },
      roomOf(cpuEngine),
    );
    const { events, onEvent } = eventsOf();
    await service.analyse(request, onEvent, never);
    let analysis: Analysis | null = null;
    for (const event of events) analysis = applyEvent(analysis, event);
    if (analysis === null) throw new Error("the analysis has no result");
    const asked = findingsRequest(analysis);
    const found: WorkerEvent[] = [];
    await service.findings(asked, (event) => found.push(event), never);
    const kernels = analysis.layers.map((layer) => layer.kernels);
    const findings = await findingsInTurns(asked, kernels, never);
    expect(found).toEqual([{ kind: "findings", findings }]);
    expect(applyEvent(analysis, { kind: "findings", findings })).toMatchObject({ findings });
    expect(findings.layers).toHaveLength(18);
  });

  it("says in words that an address does not answer", async () => {
    const service = analysisService(
      {
        kind: "url",
        url: "http://127.0.0.1:9/none.onnx",
        name: "none.onnx",
      },
      roomOf(cpuEngine),
    );
    await expect(service.analyse(request, () => {}, never)).rejects.toMatchObject({
      code: "unreadable",
      message: expect.stringContaining("none.onnx could not be loaded"),
    });
  });
});

describe("fileSource", () => {
  it("gives ranges of a file, and its name and size", async () => {
    const source = fileSource(new File([new Uint8Array([1, 2, 3, 4, 5])], "five.bin"));
    expect([source.name, source.byteLength]).toEqual(["five.bin", 5]);
    expect([...(await source.slice(1, 4))]).toEqual([2, 3, 4]);
    expect([...(await source.slice(5, 5))]).toEqual([]);
  });
});
