import type { JSX } from "react";
import type { ProviderChoice } from "../../worker/lab/protocol.ts";
import { useLab } from "./labStore.ts";
import { PROVIDER_TITLES, timeText } from "./labWords.ts";
import { pageLab } from "./pageLab.ts";

const CHOICES: readonly { readonly value: ProviderChoice; readonly words: string }[] = [
  { value: "auto", words: "the fastest (automatic)" },
  { value: "wasm", words: `the ${PROVIDER_TITLES.wasm}` },
  { value: "webgpu", words: `the ${PROVIDER_TITLES.webgpu}` },
];

/** What runs the network from now on, and the choice for a person who knows better. */
export function LabEngineField(): JSX.Element | null {
  const choice = useLab((state) => state.engineChoice);
  const report = useLab((state) => state.engine);
  if (report === null) return null;
  const { engine, isDecided, measured, remark } = report;
  return (
    <div
      className="lab-fields"
      data-testid="lab-engine"
      data-provider={engine.provider}
      data-decided={isDecided}
    >
      <label className="lab-engine">
        <span className="muted small">The network runs on</span>
        <select
          value={choice}
          data-testid="lab-engine-choice"
          title="Which part of this computer runs the network. It changes the speed, not the result."
          onChange={(event) => {
            const chosen = CHOICES.find(({ value }) => value === event.target.value);
            if (chosen !== undefined) void pageLab.chooseEngine(chosen.value);
          }}
        >
          {CHOICES.map(({ value, words }) => (
            <option key={value} value={value}>
              {words}
            </option>
          ))}
        </select>
      </label>
      {measured !== null && (
        <p className="small muted">
          Measured: processor {timeText(measured.wasm)}, graphics {timeText(measured.webgpu)}.
        </p>
      )}
      {remark !== null && (
        <p className="small" role="status">
          {remark}
        </p>
      )}
    </div>
  );
}
