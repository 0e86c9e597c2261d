import type { JSX } from "react";
import type { Drawn, OverlayChoice } from "./labState.ts";
import { labStore, useLab } from "./labStore.ts";
import { percentText } from "./labWords.ts";
import { drawnFor } from "./waysToDraw.ts";

interface Props {
  /** What the output that is looked at can be shown as. */
  readonly ways: readonly Drawn[];
}

function change(edit: Partial<OverlayChoice>): void {
  labStore.setState(({ overlay }) => ({ overlay: { ...overlay, ...edit } }));
}

const WAY_WORDS: Readonly<Record<Drawn, string>> = {
  classes: "all classes, over the image",
  marked: "what is marked, over the image",
  image: "the image alone",
  values: "the output itself, in grey",
  colours: "the output as a colour picture",
};

/** What the large picture shows, and how strongly what is marked is drawn over it. */
export function OverlayControls({ ways }: Props): JSX.Element {
  const { drawn, opacity } = useLab((state) => state.overlay);
  const shown = drawnFor(drawn, ways);
  return (
    <fieldset className="lab-fields lab-ways" data-preview>
      <legend className="visually-hidden">What the picture shows</legend>
      <label>
        <span className="muted">Show</span>
        <select
          value={shown}
          data-testid="lab-drawn"
          onChange={(event) => {
            const chosen = ways.find((way) => way === event.target.value);
            if (chosen !== undefined) change({ drawn: chosen });
          }}
        >
          {ways.map((way) => (
            <option key={way} value={way}>
              {WAY_WORDS[way]}
            </option>
          ))}
        </select>
      </label>
      <label className="lab-slider">
        <span className="muted">Opacity</span>
        <input
          type="range"
          min={0}
          max={1}
          step={0.05}
          value={opacity}
          disabled={shown !== "marked" && shown !== "classes"}
          aria-valuetext={percentText(opacity)}
          onChange={(event) => change({ opacity: Number(event.target.value) })}
        />
        <output>{percentText(opacity)}</output>
      </label>
    </fieldset>
  );
}
