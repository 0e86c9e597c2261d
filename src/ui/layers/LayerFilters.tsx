import { type JSX, useId, useState } from "react";
import type { Analysis } from "../../core/analysis/analysis.ts";
import type { Feature } from "../../core/features/clinicalKernels.ts";
import { usePage } from "../hooks/usePage.ts";
import { setLayerFilter, setLayerSort } from "../state/actions.ts";
import { FilterChips } from "./FilterChips.tsx";
import {
  filterCount,
  kernelSizeOf,
  type OperatorKind,
  occurring,
  operatorKind,
  toggled,
} from "./layerFilter.ts";
import { ROLES } from "./layerGroups.ts";
import { featureSorts, SORTS } from "./layerSort.ts";

const OPERATORS: readonly {
  readonly value: OperatorKind;
  readonly words: string;
  readonly meaning: string;
}[] = [
  { value: "plain", words: "Plain", meaning: "Each output looks at all input channels" },
  { value: "transposed", words: "Transposed", meaning: "Grows the map (ConvTranspose2d)" },
  { value: "depthwise", words: "Depthwise", meaning: "Each kernel filters one channel alone" },
  { value: "grouped", words: "Grouped", meaning: "Channels are split into groups" },
];

interface Props {
  readonly analysis: Analysis;
}

/** Which layers are listed, and in which order. */
export function LayerFilters({ analysis }: Props): JSX.Element {
  const [isOpen, setOpen] = useState(false);
  const set = usePage((state) => filterCount(state.layerFilter));
  const choicesId = useId();
  return (
    <div className="layer-filters">
      <SortChoice features={analysis.features} />
      <button
        type="button"
        className="button filter-toggle"
        aria-expanded={isOpen}
        aria-controls={choicesId}
        onClick={() => setOpen(!isOpen)}
      >
        Filter{set > 0 && ` (${set})`}
      </button>
      <div id={choicesId} className="layer-filter-choices" hidden={!isOpen}>
        <FilterChoices analysis={analysis} />
      </div>
    </div>
  );
}

function SortChoice({ features }: { readonly features: readonly Feature[] }): JSX.Element {
  const sort = usePage((state) => state.layerSort);
  const choices = [...SORTS, ...featureSorts(features)];
  return (
    <select
      className="layer-sort"
      aria-label="Order of the layers"
      title="Order of the layers"
      value={sort}
      onChange={(event) => {
        const chosen = choices.find((one) => one.sort === event.target.value);
        if (chosen !== undefined) setLayerSort(chosen.sort);
      }}
    >
      {choices.map((one) => (
        <option key={one.sort} value={one.sort}>
          {one.choice}
        </option>
      ))}
    </select>
  );
}

/** Only what tells the layers of this network apart is offered. */
function FilterChoices({ analysis: { layers } }: Props): JSX.Element {
  const filter = usePage((state) => state.layerFilter);
  const roles = occurring(layers, ({ place }) => place.role);
  const operators = occurring(layers, operatorKind);
  return (
    <>
      <FilterChips
        legend="Half of the network"
        choices={ROLES.filter(({ role }) => roles.includes(role)).map(
          ({ role, title, meaning }) => ({ value: role, words: title, meaning }),
        )}
        chosen={filter.roles}
        onToggle={(role) => setLayerFilter({ ...filter, roles: toggled(filter.roles, role) })}
      />
      <FilterChips
        legend="Size of the kernels"
        choices={occurring(layers, kernelSizeOf).map((size) => ({ value: size, words: size }))}
        chosen={filter.kernelSizes}
        onToggle={(size) =>
          setLayerFilter({ ...filter, kernelSizes: toggled(filter.kernelSizes, size) })
        }
      />
      <FilterChips
        legend="Kind of convolution"
        choices={OPERATORS.filter(({ value }) => operators.includes(value))}
        chosen={filter.operators}
        onToggle={(kind) =>
          setLayerFilter({ ...filter, operators: toggled(filter.operators, kind) })
        }
      />
      <label className="filter-check small">
        <input
          type="checkbox"
          checked={filter.aboveChance}
          onChange={(event) => setLayerFilter({ ...filter, aboveChance: event.target.checked })}
        />
        Only layers that beat chance
      </label>
    </>
  );
}
