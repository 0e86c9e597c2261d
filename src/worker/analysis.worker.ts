import type { SpeedMemory } from "../core/action/engineRoom.ts";
import { answerQuestions } from "./answering.ts";
import { startEngines } from "./engines.ts";
import type { AnalysisGreeting, AnalysisQuestion, SpeedsNote, WorkerEvent } from "./protocol.ts";
import { analysisService } from "./service.ts";

answerQuestions<AnalysisGreeting, AnalysisQuestion, WorkerEvent, null, SpeedsNote>(
  self,
  ({ input, speeds }, note) => {
    // A worker has no storage of its own: the page keeps what was measured.
    const memory: SpeedMemory = {
      load: () => speeds,
      store: (measured) => note({ speeds: measured }),
    };
    const service = analysisService(input, startEngines(memory));
    return async (question, onEvent, signal) => {
      switch (question.kind) {
        case "analyse":
          await service.analyse(question.request, onEvent, signal);
          break;
        case "complete":
          await service.complete(question.request, onEvent, signal);
          break;
        case "findings":
          await service.findings(question.request, onEvent, signal);
          break;
        case "operator":
          await service.operator(question.request, onEvent, signal);
          break;
      }
      return null;
    };
  },
);
