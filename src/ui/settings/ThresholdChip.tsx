import { type JSX, useEffect, useRef } from "react";
import { NumberChip } from "./NumberChip.tsx";

interface Props {
  /** The threshold in force, 0..1. */
  readonly threshold: number;
  /** The one that the slider points at while it is moved; null at rest. */
  readonly moved: number | null;
  readonly onMove: (threshold: number | null) => void;
  readonly onCommit: (threshold: number) => void;
}

/** Beyond half of the largest singular value every kernel has a name, and none says anything. */
const HIGHEST_ON_SLIDER = 50;

/** After the last key, ms: arrow keys come in rows, and each would start an analysis. */
const COMMIT_AFTER_MS = 400;

/** A share in percent, without the tail of binary fractions. */
function percentOf(share: number): number {
  return Number((share * 100).toFixed(4));
}

/** The threshold as a slider for the hand and a number for the keyboard. */
export function ThresholdChip({ threshold, moved, onMove, onCommit }: Props): JSX.Element {
  const slider = useRef<HTMLInputElement>(null);
  const commit = useRef(onCommit);
  useEffect(() => {
    commit.current = onCommit;
  });
  // React's onChange is the browser's "input"; "change" comes when the slider is let go.
  useEffect(() => {
    const element = slider.current;
    if (element === null) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const onChange = () => {
      const chosen = Number(element.value) / 100;
      clearTimeout(timer);
      timer = setTimeout(() => commit.current(chosen), COMMIT_AFTER_MS);
    };
    const onInput = () => clearTimeout(timer);
    element.addEventListener("change", onChange);
    element.addEventListener("input", onInput);
    return () => {
      clearTimeout(timer);
      element.removeEventListener("change", onChange);
      element.removeEventListener("input", onInput);
    };
  }, []);
  const percent = percentOf(moved ?? threshold);
  return (
    <div className="chip-pair">
      <NumberChip
        key={`threshold ${percent}`}
        name="Threshold"
        unit="%"
        meaning="Largest distance at which a kernel still gets the name of a filter; above it, it is indeterminate: like none of them"
        value={percent}
        lowest={0}
        highest={100}
        step={1}
        onCommit={(typed) => onCommit(typed / 100)}
      />
      <input
        ref={slider}
        className="threshold-slider"
        type="range"
        aria-label="Threshold, percent"
        data-testid="threshold-slider"
        min={0}
        max={HIGHEST_ON_SLIDER}
        step={1}
        value={Math.min(HIGHEST_ON_SLIDER, percent)}
        onChange={(event) => onMove(Number(event.target.value) / 100)}
        onFocus={() => onMove(threshold)}
        onBlur={() => onMove(null)}
      />
    </div>
  );
}
