import type { TrialResult } from "../../core/substitution/trial.ts";
import { answerQuestions } from "../answering.ts";
import { loadRuntime } from "./providers/wasm.ts";
import { trialLane } from "./trialLanes.ts";
import type { TrialTask } from "./trialTask.ts";

answerQuestions<TrialTask, number, null, TrialResult, never>(self, (task) =>
  trialLane(task, () => loadRuntime(1)),
);
