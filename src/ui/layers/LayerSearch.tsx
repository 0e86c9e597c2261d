import { type JSX, type KeyboardEvent, useId, useMemo, useState } from "react";
import type { Analysis } from "../../core/analysis/analysis.ts";
import { isSameGroup } from "../../core/selection/kernelGroup.ts";
import { usePage } from "../hooks/usePage.ts";
import { selectGroup, selectKernel, setLayerSearch } from "../state/actions.ts";
import { pageStore } from "../state/pageStore.ts";
import { type SearchOption, searchOptions } from "./searchOptions.ts";

interface Props {
  readonly id: string;
  readonly analysis: Analysis;
}

function choose({ target }: SearchOption): void {
  setLayerSearch("");
  if (target.kind === "kernel") selectKernel(target.layer, target.kernel);
  // Selecting the same group again would let go of it.
  else if (!isSameGroup(target.group, pageStore.getState().selection.group)) {
    selectGroup(target.group);
  }
}

/** Finds layers as one types, and offers kernels and groups: a combobox as in the ARIA practices. */
export function LayerSearch({ id, analysis }: Props): JSX.Element {
  const search = usePage((state) => state.layerSearch);
  const selected = usePage((state) => state.selection.layer);
  const [isOpen, setOpen] = useState(false);
  const [at, setAt] = useState<number | null>(null);
  const listId = useId();
  const found = useMemo(
    () => searchOptions(analysis, search, selected),
    [analysis, search, selected],
  );
  const options = isOpen ? found : [];
  const active = at !== null && at < options.length ? at : null;
  const optionId = (index: number) => `${listId}-${index}`;

  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    const { length } = options;
    switch (event.key) {
      case "ArrowDown":
      case "ArrowUp":
        event.preventDefault();
        setOpen(true);
        if (length === 0) return;
        if (event.key === "ArrowDown") setAt(active === null ? 0 : (active + 1) % length);
        else setAt(active === null ? length - 1 : (active + length - 1) % length);
        return;
      case "Enter": {
        const option = options[active ?? 0];
        if (option === undefined) return;
        event.preventDefault();
        choose(option);
        setOpen(false);
        setAt(null);
        return;
      }
      case "Escape":
        if (length === 0) return;
        // The first press closes the list, the next one empties the box.
        event.preventDefault();
        event.stopPropagation();
        setOpen(false);
        setAt(null);
        return;
    }
  };

  return (
    <div className="layer-search">
      <input
        id={id}
        type="search"
        role="combobox"
        aria-label="Search layers"
        aria-autocomplete="list"
        aria-expanded={options.length > 0}
        aria-controls={listId}
        aria-activedescendant={active === null ? undefined : optionId(active)}
        placeholder="Search layers"
        title="A layer's name; a kernel: encoder.0 3 5, or in 3 out 5; a filter: edge; cluster 2"
        autoComplete="off"
        value={search}
        onChange={(event) => {
          setLayerSearch(event.target.value);
          setOpen(true);
          setAt(null);
        }}
        onFocus={() => setOpen(true)}
        onBlur={() => setOpen(false)}
        onKeyDown={onKeyDown}
      />
      <p className="visually-hidden" aria-live="polite">
        {options.length > 0 ? `${options.length} suggestions: arrow down goes through them.` : ""}
      </p>
      <div
        id={listId}
        role="listbox"
        aria-label="Kernels and groups found"
        className="search-options small"
        hidden={options.length === 0}
      >
        {options.map((option, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the box takes the keys
          // biome-ignore lint/a11y/useFocusableInteractive: the box keeps the focus
          <div
            key={option.words}
            id={optionId(index)}
            role="option"
            aria-selected={index === active}
            data-result={option.result}
            // The box keeps the focus, so that it does not close before the click.
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => {
              choose(option);
              setOpen(false);
              setAt(null);
            }}
          >
            {option.words}
          </div>
        ))}
      </div>
    </div>
  );
}
