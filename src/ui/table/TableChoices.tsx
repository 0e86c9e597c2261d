import type { JSX, ReactNode } from "react";
import type { RowScope } from "./kernelRows.ts";

interface Props {
  readonly scope: RowScope;
  readonly onScope: (scope: RowScope) => void;
  readonly layerName: string;
  readonly hasGroup: boolean;
  readonly filter: string;
  readonly onFilter: (filter: string) => void;
  readonly children: ReactNode;
}

const SCOPES: readonly { readonly scope: RowScope; readonly words: (layer: string) => string }[] = [
  { scope: "layer", words: (layer) => `of ${layer}` },
  { scope: "group", words: () => "that are selected" },
  { scope: "model", words: () => "of all layers" },
];

/** Which kernels have a row. */
export function TableChoices({ scope, onScope, layerName, ...props }: Props): JSX.Element {
  return (
    <div className="table-choices small">
      <label>
        <span className="muted">Kernels</span>
        <select
          value={scope}
          onChange={(event) => {
            const chosen = SCOPES.find((one) => one.scope === event.target.value);
            if (chosen !== undefined) onScope(chosen.scope);
          }}
        >
          {SCOPES.map((one) => (
            <option
              key={one.scope}
              value={one.scope}
              disabled={one.scope === "group" && !props.hasGroup}
            >
              {one.words(layerName)}
            </option>
          ))}
        </select>
      </label>
      <label className="table-filter">
        <span className="muted">Filter</span>
        <input
          type="search"
          value={props.filter}
          placeholder="edge distance < 5 %"
          title="Words of a row (layer, filter, tie, dead) and conditions: in 3, out 5, cluster 2, distance < 5 %, norm > 1"
          onChange={(event) => props.onFilter(event.target.value)}
        />
      </label>
      {props.children}
    </div>
  );
}
