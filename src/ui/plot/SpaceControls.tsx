import type { JSX } from "react";
import { setPlot } from "../state/actions.ts";
import { FIRST_CHOICES } from "../state/choices.ts";
import { pageStore } from "../state/pageStore.ts";
import type { Direction } from "./cursor.ts";
import { FIT_ICON } from "./plotIcons.ts";
import { TURN_STEP, turnedBy } from "./rotation.ts";
import type { Magnification } from "./spaceFrame.ts";

const STEPS: Readonly<Record<Direction, readonly [right: number, up: number]>> = {
  left: [-TURN_STEP, 0],
  right: [TURN_STEP, 0],
  up: [0, -TURN_STEP],
  down: [0, TURN_STEP],
};

/** Turns the plot of three components one step, as a drag that way would. */
export function turnTowards(direction: Direction): void {
  const [right, up] = STEPS[direction];
  const { turn, tilt } = pageStore.getState().plot;
  setPlot(turnedBy({ turn, tilt }, right, up));
}

function reset(): void {
  const { turn, tilt } = FIRST_CHOICES.plot;
  setPlot({ turn, tilt });
}

const ARROWS: readonly { readonly direction: Direction; readonly path: string; name: string }[] = [
  { direction: "left", path: "M10 3L4 8l6 5", name: "Turn to the left" },
  { direction: "right", path: "M6 3l6 5-6 5", name: "Turn to the right" },
  { direction: "up", path: "M3 10l5-6 5 6", name: "Tilt up" },
  { direction: "down", path: "M3 6l5 6 5-6", name: "Tilt down" },
];

const MAGNIFICATIONS: readonly Magnification[] = ["all", 1, 1.5, 2.25, 3.4, 5, 7.6, 11.4];

interface Props {
  readonly magnification: Magnification;
  readonly onMagnify: (magnification: Magnification) => void;
}

function Icon({ path }: { readonly path: string }): JSX.Element {
  return (
    <svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true">
      <path d={path} fill="none" stroke="currentColor" strokeWidth={2} />
    </svg>
  );
}

/** Turning and magnifying a plot of three components without a drag. */
export function SpaceControls({ magnification, onMagnify }: Props): JSX.Element {
  const at = MAGNIFICATIONS.indexOf(magnification);
  const closer = MAGNIFICATIONS[at + 1];
  const farther = MAGNIFICATIONS[at - 1];
  return (
    <div className="plot-buttons">
      {ARROWS.map(({ direction, path, name }) => (
        <button
          key={direction}
          type="button"
          className="button button-small"
          title={`${name} (Alt with an arrow key, or drag)`}
          aria-label={name}
          onClick={() => turnTowards(direction)}
        >
          <Icon path={path} />
        </button>
      ))}
      <button
        type="button"
        className="button button-small"
        title="Closer to this layer's kernels"
        aria-label="Closer"
        disabled={closer === undefined}
        onClick={() => closer !== undefined && onMagnify(closer)}
      >
        <Icon path="M2 8h12M8 2v12" />
      </button>
      <button
        type="button"
        className="button button-small"
        title="Farther, up to every kernel"
        aria-label="Farther"
        disabled={farther === undefined}
        onClick={() => farther !== undefined && onMagnify(farther)}
      >
        <Icon path="M2 8h12" />
      </button>
      <button
        type="button"
        className="button button-small"
        title="Show every kernel"
        aria-label="Show every kernel"
        onClick={() => onMagnify("all")}
      >
        <svg width={FIT_ICON.width} height={FIT_ICON.height} viewBox="0 0 16 16" aria-hidden="true">
          <path d={FIT_ICON.path} fill="currentColor" />
        </svg>
      </button>
      <button
        type="button"
        className="button button-small"
        title="Back to the first view of the model's common axes"
        onClick={() => {
          reset();
          onMagnify(1);
        }}
      >
        Reset
      </button>
    </div>
  );
}
