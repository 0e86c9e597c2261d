import type { LabClient } from "../../worker/lab/labClient.ts";
import type { EngineReport, OpenLabRequest, ProviderChoice } from "../../worker/lab/protocol.ts";
import type { LabStore } from "./labStore.ts";

/** What runs the lab's network, and the choice of it. */
export interface LabEngineKeeper {
  /** To be asked for when the network is opened, with what is known from the time before. */
  wish(): Omit<OpenLabRequest, "input">;
  /** Takes note of what the lab's worker found. */
  tell(report: EngineReport): void;
  /** Has this network run by another part of this computer at once, and later ones too. */
  choose(choice: ProviderChoice, client: LabClient | null): Promise<void>;
  /** Another network is opened. */
  forget(): void;
}

/** @param runAgain runs the network on what is looked at. */
export function labEngine(store: LabStore, runAgain: () => void): LabEngineKeeper {
  let known: EngineReport | null = null;
  /** Counts choices: of an older one nothing is told any more. */
  let choices = 0;

  function tell(report: EngineReport): void {
    known = report.isDecided ? report : null;
    store.setState({ engine: report });
    const { run, engineChoice } = store.getState();
    const isOther = run.engine !== null && run.engine.provider !== report.engine.provider;
    // Whoever insists on it wants to see it.
    if (engineChoice !== "auto" && isOther && run.phase === "done") runAgain();
  }

  return {
    wish: () => ({ choice: store.getState().engineChoice, ...(known && { known }) }),
    tell,
    async choose(choice, client) {
      choices += 1;
      const own = choices;
      known = null;
      store.setState({ engineChoice: choice });
      try {
        const { signal } = new AbortController();
        const report = await client?.call("engine", { choice }, signal);
        if (report === undefined || own !== choices) return;
        tell(report);
        // It is tried beside a run.
        if (!report.isDecided) runAgain();
      } catch {
        // What ends the lab is said there; the choice holds for the next one.
      }
    },
    forget() {
      known = null;
    },
  };
}
