import type { JSX } from "react";
import {
  type Kernel3x3,
  negated,
  quarterTurned,
  transposed,
  withMagnitudesOfOne,
} from "../../core/features/kernelTransforms.ts";
import { weightText } from "../figures/glyph.ts";

/** Values of the brush: those of the filters that people know. */
const BRUSHES: readonly number[] = [-4, -2, -1, 0, 1, 2, 4];

interface BrushProps {
  readonly brush: number | null;
  readonly isSymmetric: boolean;
  readonly onBrush: (brush: number | null) => void;
  readonly onSymmetric: (isSymmetric: boolean) => void;
}

/** What a stroke over the nine numbers does. */
export function BrushField({ brush, isSymmetric, onBrush, onSymmetric }: BrushProps): JSX.Element {
  return (
    <fieldset className="brush">
      <legend>Paint with</legend>
      {[null, ...BRUSHES].map((value) => (
        <label key={value} className="brush-value">
          <input
            type="radio"
            name="brush"
            checked={brush === value}
            onChange={() => onBrush(value)}
          />
          <span>{value === null ? "none" : weightText(value)}</span>
        </label>
      ))}
      <label className="brush-symmetric">
        <input
          type="checkbox"
          checked={isSymmetric}
          onChange={(event) => onSymmetric(event.target.checked)}
        />
        symmetric: the four corners together, the four sides together
      </label>
    </fieldset>
  );
}

interface TransformProps {
  readonly kernel: Kernel3x3;
  readonly onChange: (kernel: Kernel3x3) => void;
}

const TRANSFORMS: readonly (readonly [
  name: string,
  meaning: string,
  change: (kernel: Kernel3x3) => Kernel3x3,
])[] = [
  ["Transpose", "Mirror at the diagonal: rows become columns", transposed],
  ["Rotate", "Turn by 90 degrees", quarterTurned],
  ["Negate", "Change every sign", negated],
  ["Normalise", "Divide so that the magnitudes sum to 1", withMagnitudesOfOne],
];

/** Changes of all nine numbers at once. */
export function TransformButtons({ kernel, onChange }: TransformProps): JSX.Element {
  return (
    <div className="transforms">
      {TRANSFORMS.map(([name, meaning, change]) => (
        <button
          key={name}
          type="button"
          className="button button-small"
          title={meaning}
          onClick={() => onChange(change(kernel))}
        >
          {name}
        </button>
      ))}
    </div>
  );
}
