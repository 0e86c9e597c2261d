import type { ActionEngine, EngineMaker } from "../../../src/core/action/engine.ts";
import { exactMeasure } from "../../../src/core/action/exactMeasure.ts";
import { webasmEngine } from "../../../src/core/action/gpujs/webasmEngine.ts";
import { webgl2Engine } from "../../../src/core/action/gpujs/webgl2Engine.ts";
import { webgpuEngine } from "../../../src/core/action/gpujs/webgpuEngine.ts";
import { toConvAtlasError } from "../../../src/core/errors.ts";
import { type Disagreement, disagreement, ENGINE_REQUESTS } from "../../support/engineChecks.ts";
import { rememberDevices } from "./deviceLoss.ts";

export interface EngineTask {
  readonly engine: string;
  /** Ask one request twice, and take the device away between the two. */
  readonly loseDevice: boolean;
}

export type EngineReport =
  | { readonly kind: "measured"; readonly found: readonly Disagreement[] }
  | {
      readonly kind: "failed";
      /** Requests that were answered before. */
      readonly answered: number;
      readonly code: string;
      readonly message: string;
      readonly details: string;
    };

const MAKERS: readonly EngineMaker[] = [webgpuEngine, webgl2Engine, webasmEngine];

addEventListener("message", async ({ data }: MessageEvent<EngineTask>) => {
  postMessage(await report(data));
});

async function report({ engine: name, loseDevice }: EngineTask): Promise<EngineReport> {
  const found: Disagreement[] = [];
  try {
    const loseDevices = rememberDevices();
    const maker = MAKERS.find((known) => known.name === name);
    if (maker === undefined) throw new Error(`There is no engine ${name}.`);
    const engine = await maker.make();
    const [first] = ENGINE_REQUESTS;
    for (const request of loseDevice ? [first, first] : ENGINE_REQUESTS) {
      found.push(await checked(engine, request));
      if (loseDevice) loseDevices();
    }
    engine.close();
    return { kind: "measured", found };
  } catch (thrown) {
    const { code, message, details } = toConvAtlasError(thrown);
    return { kind: "failed", answered: found.length, code, message, details };
  }
}

function checked(
  engine: ActionEngine,
  request: (typeof ENGINE_REQUESTS)[number],
): Promise<Disagreement> {
  return disagreement(engine, request, exactMeasure(request)(request.kernels));
}
