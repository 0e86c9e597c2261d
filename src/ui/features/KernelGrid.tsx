import {
  type CSSProperties,
  type JSX,
  type KeyboardEvent,
  type PointerEvent,
  useState,
} from "react";
import type { Kernel3x3 } from "../../core/features/kernelTransforms.ts";
import { contrast } from "../figures/colour.ts";
import { weightColour } from "../figures/glyph.ts";
import { figureTheme } from "../figures/theme.ts";
import { useTheme } from "../hooks/useTheme.ts";
import { entryText, steppedEntry, typedEntry, withEntry } from "./kernelEntries.ts";

interface Props {
  readonly kernel: Kernel3x3;
  /** What the pointer paints; null: it puts the cursor into a field. */
  readonly brush: number | null;
  /** Whether a change is mirrored to all entries of the square's symmetry. */
  readonly isSymmetric: boolean;
  readonly onChange: (kernel: Kernel3x3) => void;
}

const PLACES = ["top", "middle", "bottom"].flatMap((row) =>
  ["left", "centre", "right"].map((column) => `${row} ${column}`),
);

/** The entry under a pointer, wherever the stroke began. */
function entryUnder({ clientX, clientY }: PointerEvent): number | null {
  const cell = document.elementFromPoint(clientX, clientY)?.closest<HTMLElement>("[data-entry]");
  return cell?.dataset.entry === undefined ? null : Number(cell.dataset.entry);
}

/** Nine numbers that are typed, stepped with the arrow keys, or painted. */
export function KernelGrid({ kernel, brush, isSymmetric, onChange }: Props): JSX.Element {
  const change = (at: number, entry: number) => {
    if (entry !== kernel[at] || isSymmetric) onChange(withEntry(kernel, at, entry, isSymmetric));
  };
  const paint = (event: PointerEvent) => {
    if (brush === null || event.buttons !== 1) return;
    const at = entryUnder(event);
    if (at !== null && kernel[at] !== brush) change(at, brush);
    // Else the stroke would select text.
    event.preventDefault();
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: strokes are a shortcut; the fields do the same
    <div
      className="kernel-grid"
      data-paints={brush !== null}
      onPointerDown={(event) => {
        // A finger's stroke must not stay with the field in which it began.
        (event.target as Element).releasePointerCapture?.(event.pointerId);
        paint(event);
      }}
      onPointerMove={paint}
      onMouseDown={(event) => {
        if (brush !== null) event.preventDefault();
      }}
    >
      {kernel.map((entry, at) => (
        <EntryField
          key={PLACES[at]}
          at={at}
          entry={entry}
          scale={Math.max(...kernel.map(Math.abs)) || 1}
          onChange={(changed) => change(at, changed)}
        />
      ))}
    </div>
  );
}

interface EntryProps {
  readonly at: number;
  readonly entry: number;
  /** |entry| that gets the full colour. */
  readonly scale: number;
  readonly onChange: (entry: number) => void;
}

function EntryField({ at, entry, scale, onChange }: EntryProps): JSX.Element {
  /** What is being typed, which need not be a number yet. */
  const [text, setText] = useState<string | null>(null);
  const fill = weightColour(entry, scale, figureTheme(useTheme()));
  const ink = contrast(fill, "#FFFFFF") >= 4.5 ? "#FFFFFF" : "#000000";
  const style: CSSProperties = { background: fill, color: ink };
  const onKeyDown = (event: KeyboardEvent) => {
    const steps = event.key === "ArrowUp" ? 1 : event.key === "ArrowDown" ? -1 : 0;
    if (steps === 0) return;
    event.preventDefault();
    setText(null);
    onChange(steppedEntry(entry, event.shiftKey ? 10 * steps : steps));
  };
  return (
    <input
      className="kernel-entry"
      inputMode="decimal"
      autoComplete="off"
      aria-label={PLACES[at]}
      aria-describedby="kernel-entry-hint"
      aria-invalid={text !== null && typedEntry(text) === null}
      data-entry={at}
      style={style}
      value={text ?? entryText(entry)}
      onFocus={(event) => event.target.select()}
      onChange={(event) => {
        setText(event.target.value);
        const typed = typedEntry(event.target.value);
        if (typed !== null) onChange(typed);
      }}
      onBlur={() => setText(null)}
      onKeyDown={onKeyDown}
    />
  );
}
