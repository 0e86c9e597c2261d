import type { JSX } from "react";
import { markPath } from "../figures/marks.ts";
import { countText } from "../figures/text.ts";
import type { FigureTheme } from "../figures/theme.ts";
import type { KernelClass } from "../plot/layerClasses.ts";

interface Props {
  readonly classes: readonly KernelClass[];
  readonly theme: FigureTheme;
}

/** What the marks of the layer plot mean, and how many kernels have each. */
export function ClassKey({ classes, theme }: Props): JSX.Element {
  return (
    <ul className="class-key" aria-label="Marks">
      {classes.map((one) => (
        <li key={one.name}>
          <svg width="14" height="14" viewBox="0 0 14 14" aria-hidden="true">
            <path
              d={markPath(one.shape, 7, 7, 4)}
              fill={one.open ? theme.plot : one.colour}
              stroke={one.colour}
              strokeWidth={one.open ? 1.5 : 0}
            />
          </svg>
          {one.name}: {countText(one.kernels.length, "kernel")}
        </li>
      ))}
    </ul>
  );
}
