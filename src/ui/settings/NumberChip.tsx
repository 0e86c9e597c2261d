import { type JSX, useState } from "react";

interface Props {
  readonly name: string;
  readonly unit: string;
  readonly meaning: string;
  readonly value: number;
  readonly lowest: number;
  readonly highest: number;
  readonly step: number;
  readonly onCommit: (value: number) => void;
}

/** The number that was typed, within its limits; null if it is none. */
export function typedNumber(text: string, lowest: number, highest: number): number | null {
  const value = Number(text.replace(",", "."));
  if (text.trim() === "" || !Number.isFinite(value)) return null;
  return Math.min(highest, Math.max(lowest, value));
}

/** A number that takes effect on Enter or when it is left, not with every key. */
export function NumberChip(props: Props): JSX.Element {
  const { name, unit, meaning, value, lowest, highest, step, onCommit } = props;
  const [text, setText] = useState(String(value));
  const commit = () => {
    const typed = typedNumber(text, lowest, highest);
    if (typed === null || typed === value) setText(String(value));
    else onCommit(typed);
  };
  return (
    <label className="chip" title={meaning}>
      <span className="muted">{name}</span>
      <input
        type="number"
        min={lowest}
        max={highest}
        step={step}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onBlur={commit}
        onKeyDown={(event) => {
          if (event.key === "Enter") commit();
        }}
      />
      <span className="muted">{unit}</span>
    </label>
  );
}
