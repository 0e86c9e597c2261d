import type { JSX } from "react";
import { ENGINE_TITLES, type EngineChoice } from "../../core/action/engineRoom.ts";
import type { Timings } from "../../core/analysis/analysis.ts";
import { usePage } from "../hooks/usePage.ts";
import { pageRunner } from "../state/pageRunner.ts";
import { secondsText } from "./modelFacts.ts";

const CHOICES: readonly { readonly value: EngineChoice; readonly words: string }[] = [
  { value: "auto", words: "fastest (automatic)" },
  { value: "cpu", words: ENGINE_TITLES.cpu },
  { value: "webasm", words: ENGINE_TITLES.webasm },
  { value: "webgpu", words: ENGINE_TITLES.webgpu },
  { value: "webgl2", words: ENGINE_TITLES.webgl2 },
];

interface Props {
  /** Of the analysis that is shown. */
  readonly timings: Timings;
}

/** What computed the spectra and how long it took, and the choice for a person who knows better. */
export function EngineField({ timings }: Props): JSX.Element {
  const engine = usePage((state) => state.engine);
  return (
    <dl className="facts" data-testid="computed-by" data-engine={timings.engine}>
      <dt>
        <label htmlFor="engine">Computed by</label>
      </dt>
      <dd>
        {ENGINE_TITLES[timings.engine]}, {secondsText(timings.spectraMs)}
        <br />
        <select
          id="engine"
          className="engine-choice"
          data-testid="engine"
          title="Which part of this computer does the work. It changes the speed, never a label."
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
        {engine !== "auto" && engine !== timings.engine && (
          <p className="small">
            The {ENGINE_TITLES[engine]} could not be used on this computer; the labels are the same.
          </p>
        )}
      </dd>
    </dl>
  );
}
