import { type JSX, useId, useState } from "react";
import {
  NARROWEST_MM,
  type PrintSize,
  printSize,
  SIZE_PRESETS,
  type SizeChoice,
  WIDEST_MM,
} from "./printSize.ts";

interface Props {
  readonly choice: SizeChoice;
  readonly onChange: (choice: SizeChoice) => void;
}

function presetWords({ widthMm, heightMm }: PrintSize): string {
  return heightMm === null ? `${widthMm} mm wide` : `${widthMm} × ${heightMm} mm`;
}

/** Where the width of a picture on paper is chosen: a usual one, or any other in millimetres. */
export function SizeField({ choice, onChange }: Props): JSX.Element {
  const name = useId();
  const [text, setText] = useState(String(printSize(choice).widthMm));
  const isFree = typeof choice === "object";
  const width = Number(text);
  const isValid = text.trim() !== "" && width >= NARROWEST_MM && width <= WIDEST_MM;
  const type = (entered: string) => {
    setText(entered);
    const wanted = Number(entered);
    if (entered.trim() !== "" && wanted >= NARROWEST_MM && wanted <= WIDEST_MM) {
      onChange({ widthMm: wanted });
    }
  };
  return (
    <fieldset className="size-field">
      <legend>Size on paper</legend>
      {SIZE_PRESETS.map((preset) => (
        <label key={preset.id}>
          <input
            type="radio"
            name={name}
            data-testid={`picture-size-${preset.id}`}
            checked={choice === preset.id}
            onChange={() => {
              setText(String(preset.widthMm));
              onChange(preset.id);
            }}
          />
          <span>
            {preset.words} <span className="muted">{presetWords(preset)}</span>
          </span>
        </label>
      ))}
      <div className="size-free">
        <label>
          <input
            type="radio"
            name={name}
            data-testid="picture-size-free"
            checked={isFree}
            onChange={() => onChange({ widthMm: isValid ? width : NARROWEST_MM })}
          />
          <span>Another width</span>
        </label>
        <label>
          <input
            type="number"
            inputMode="decimal"
            data-testid="picture-width"
            min={NARROWEST_MM}
            max={WIDEST_MM}
            step="any"
            value={text}
            aria-label="Width in millimetres"
            aria-invalid={isFree && !isValid}
            aria-describedby={`${name}-range`}
            onChange={(event) => type(event.target.value)}
          />
          <span aria-hidden="true">mm</span>
        </label>
      </div>
      <p id={`${name}-range`} className={isFree && !isValid ? "small size-wrong" : "small muted"}>
        {isFree && !isValid ? "Choose a width from" : "From"} {NARROWEST_MM} to {WIDEST_MM} mm; the
        smallest text is laid out to be 6 points high. PNG pictures have 300 dots per inch.
      </p>
    </fieldset>
  );
}
