import type { JSX } from "react";

interface Props<T extends string> {
  readonly legend: string;
  readonly choices: readonly {
    readonly value: T;
    readonly words: string;
    /** Plain words for a technical one. */
    readonly meaning?: string;
  }[];
  readonly chosen: readonly T[];
  readonly onToggle: (value: T) => void;
}

/** Values of one kind to choose from; nothing to choose, nothing shown. */
export function FilterChips<T extends string>(props: Props<T>): JSX.Element | null {
  const { legend, choices, chosen, onToggle } = props;
  if (choices.length < 2) return null;
  return (
    <fieldset className="filter-chips">
      <legend className="small muted">{legend}</legend>
      {choices.map(({ value, words, meaning }) => (
        <button
          key={value}
          type="button"
          className="filter-chip"
          aria-pressed={chosen.includes(value)}
          title={meaning}
          onClick={() => onToggle(value)}
        >
          {words}
        </button>
      ))}
    </fieldset>
  );
}
