import { answerQuestions } from "../answering.ts";
import type { AskedWorker } from "../bridge.ts";
import { browserDecoder } from "./browserDecoder.ts";
import type { LabEvent } from "./protocol.ts";
import { availableCores, loadRuntime } from "./providers/wasm.ts";
import { loadRuntime as loadGraphics } from "./providers/webgpu.ts";
import { labService } from "./service.ts";
import { laneCount } from "./trialLanes.ts";
import type { LabAnswer, LabGreeting, LabNote, LabQuestion } from "./wire.ts";

answerQuestions<LabGreeting, LabQuestion, LabEvent, LabAnswer, LabNote>(self, (_greeting, note) => {
  const { answer } = labService({
    loadRuntime: () => loadRuntime(),
    loadGraphics,
    decodePicture: browserDecoder(),
    lanes: { count: laneCount(availableCores()), start: startTrialWorker },
    onUnusable: () => note({ kind: "unusable" }),
    onEngine: (report) => note({ kind: "engine", report }),
  });
  return answer;
});

function startTrialWorker(): AskedWorker {
  return new Worker(new URL("./trial.worker.ts", import.meta.url), {
    type: "module",
    name: "convatlas-trials",
  });
}
