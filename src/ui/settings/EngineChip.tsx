import type { JSX } from "react";
import { ENGINE_TITLES, type EngineChoice } from "../../core/action/engineRoom.ts";
import { usePage } from "../hooks/usePage.ts";
import { pageRunner } from "../state/pageRunner.ts";

const CHOICES: readonly { readonly value: EngineChoice; readonly words: string }[] = [
  { value: "auto", words: "fastest (automatic)" },
  { value: "cpu", words: ENGINE_TITLES.cpu },
  { value: "webasm", words: ENGINE_TITLES.webasm },
  { value: "webgpu", words: ENGINE_TITLES.webgpu },
  { value: "webgl2", words: ENGINE_TITLES.webgl2 },
];

/** Which part of the computer does the work; it changes the speed, never a label. */
export function EngineChip(): JSX.Element {
  const engine = usePage((state) => state.engine);
  return (
    <label
      className="chip"
      title="Which part of this computer does the work. It changes the speed, never a label."
    >
      <span className="muted">Computed by</span>
      <select
        data-testid="engine"
        value={engine}
        onChange={(event) => {
          const chosen = CHOICES.find(({ value }) => value === event.target.value);
          if (chosen !== undefined) void pageRunner.changeEngine(chosen.value);
        }}
      >
        {CHOICES.map(({ value, words }) => (
          <option key={value} value={value}>
            {words}
          </option>
        ))}
      </select>
    </label>
  );
}
