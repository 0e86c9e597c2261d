import type { JSX } from "react";
import { isSameGroup } from "../../core/selection/kernelGroup.ts";
import { markPath } from "../figures/marks.ts";
import { countText } from "../figures/text.ts";
import type { FigureTheme } from "../figures/theme.ts";
import { usePage } from "../hooks/usePage.ts";
import type { KernelClass } from "../plot/layerClasses.ts";
import { selectGroup } from "../state/actions.ts";

interface Props {
  readonly classes: readonly KernelClass[];
  readonly theme: FigureTheme;
  /** Where its numbers stand in the exported results. */
  readonly result: string;
}

function Sample({ one, theme }: { readonly one: KernelClass; readonly theme: FigureTheme }) {
  return (
    <svg width="14" height="14" viewBox="0 0 14 14" aria-hidden="true">
      <path
        d={markPath(one.shape, 7, 7, 4 * one.scale)}
        fill={one.open ? theme.plot : one.colour}
        stroke={one.colour}
        strokeWidth={one.open ? 1.5 : 0}
      />
    </svg>
  );
}

/** What the marks of the layer plot mean, and how many kernels have each; a click selects them. */
export function ClassKey({ classes, theme, result }: Props): JSX.Element {
  const group = usePage((state) => state.selection.group);
  return (
    <ul className="class-key" aria-label="Marks" data-result={result}>
      {classes.map((one) => {
        const text = `${one.name}: ${countText(one.kernels.length, "kernel")}`;
        const { selection } = one;
        return (
          <li key={one.name}>
            {selection === null ? (
              <span className="class-key-entry">
                <Sample one={one} theme={theme} />
                {text}
              </span>
            ) : (
              <button
                type="button"
                className="class-key-entry"
                aria-pressed={isSameGroup(group, selection)}
                title="Select these kernels in every view"
                onClick={() => selectGroup(selection)}
              >
                <Sample one={one} theme={theme} />
                {text}
              </button>
            )}
          </li>
        );
      })}
    </ul>
  );
}
