import { type FormEvent, type JSX, useState } from "react";
import { selectGroup } from "../state/actions.ts";
import { boxOutline } from "./outline.ts";
import type { PlaneAxes } from "./scorePlane.ts";

interface Props {
  readonly layer: string;
  readonly axes: PlaneAxes;
}

type Ends = readonly [from: string, to: string];

const EMPTY: Ends = ["", ""];

function numbersOf([from, to]: Ends): readonly [number, number] | null {
  const [low, high] = [Number(from), Number(to)];
  const isRange = from.trim() !== "" && to.trim() !== "" && Number.isFinite(low + high);
  return isRange && low !== high ? [low, high] : null;
}

interface EndsProps {
  readonly name: string;
  readonly ends: Ends;
  readonly onChange: (ends: Ends) => void;
}

function EndsFields({ name, ends: [from, to], onChange }: EndsProps): JSX.Element {
  return (
    <>
      <label>
        {name} from
        <input
          type="number"
          step="any"
          required={true}
          value={from}
          onChange={(event) => onChange([event.target.value, to])}
        />
      </label>
      <label>
        to
        <input
          type="number"
          step="any"
          required={true}
          aria-label={`${name} to`}
          value={to}
          onChange={(event) => onChange([from, event.target.value])}
        />
      </label>
    </>
  );
}

/** Selecting kernels by ranges of their scores: what a box does, without a drag. */
export function RangeSelect({ layer, axes }: Props): JSX.Element {
  const [across, setAcross] = useState(EMPTY);
  const [up, setUp] = useState(EMPTY);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const [x, y] = [numbersOf(across), numbersOf(up)];
    if (x === null || y === null) return;
    selectGroup({ kind: "region", layer, axes, polygon: boxOutline(x, y) });
  };
  return (
    <details className="range-select">
      <summary>Select by numbers</summary>
      <form onSubmit={submit}>
        <EndsFields name={`PC${axes[0] + 1}`} ends={across} onChange={setAcross} />
        <EndsFields name={`PC${axes[1] + 1}`} ends={up} onChange={setUp} />
        <button type="submit" className="button button-small">
          Select
        </button>
      </form>
    </details>
  );
}
