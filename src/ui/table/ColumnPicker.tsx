import { type JSX, useId, useState } from "react";
import { type ColumnChoice, type ColumnSwitch, columnSwitches, isShown } from "./columnChoice.ts";
import type { KernelColumn } from "./kernelColumns.ts";
import type { RowScope } from "./kernelRows.ts";

interface Props {
  readonly columns: readonly KernelColumn[];
  readonly choice: ColumnChoice;
  readonly width: number;
  readonly scope: RowScope;
  readonly onChange: (one: ColumnSwitch, isShown: boolean) => void;
}

/** Which columns are shown. */
export function ColumnPicker({ columns, choice, width, scope, onChange }: Props): JSX.Element {
  const [isOpen, setOpen] = useState(false);
  const id = useId();
  return (
    <>
      <button
        type="button"
        className="button"
        aria-expanded={isOpen}
        aria-controls={id}
        onClick={() => setOpen(!isOpen)}
      >
        Columns
      </button>
      <fieldset id={id} className="table-columns small" hidden={!isOpen}>
        <legend className="visually-hidden">Columns shown</legend>
        {columnSwitches(columns).map(({ id: one, first, title }) => (
          <label key={one} title={one === "weights" ? "The numbers of each kernel" : first.meaning}>
            <input
              type="checkbox"
              checked={isShown(first.id, choice, width, scope)}
              onChange={(event) => onChange(one, event.target.checked)}
            />
            {title}
          </label>
        ))}
      </fieldset>
    </>
  );
}
