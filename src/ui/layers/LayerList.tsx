import { type JSX, useMemo } from "react";
import { useShallow } from "zustand/react/shallow";
import "./layers.css";
import type { Analysis } from "../../core/analysis/analysis.ts";
import { CheckLayers } from "../corrections/CheckLayers.tsx";
import { fileTellsLayers } from "../corrections/draft.ts";
import { usePage } from "../hooks/usePage.ts";
import { layerPath } from "../inspector/resultPath.ts";
import { showAllLayers } from "../state/actions.ts";
import { LayerCard } from "./LayerCard.tsx";
import { LayerFilters } from "./LayerFilters.tsx";
import { LayerSearch } from "./LayerSearch.tsx";
import { listedGroups, listedText } from "./layerGroups.ts";
import { sortedFeature } from "./layerSort.ts";
import { SkippedLayers } from "./SkippedLayers.tsx";

/** Where the `/` key goes. */
export const LAYER_SEARCH_ID = "layer-search";

interface Props {
  readonly analysis: Analysis;
}

/** The network as a list. Layers that search and filter leave out are hidden, not removed. */
export function LayerList({ analysis }: Props): JSX.Element {
  const choice = usePage(
    useShallow(({ layerSearch: search, layerFilter: filter, layerSort: sort }) => ({
      search,
      filter,
      sort,
    })),
  );
  const feature = sortedFeature(analysis.features, choice.sort);
  const selected = usePage((state) => state.selection.layer);
  const groups = useMemo(() => listedGroups(analysis, choice), [analysis, choice]);
  const listed = groups.reduce(
    (sum, { cards }) => sum + cards.filter(({ isListed }) => isListed).length,
    0,
  );
  // What is guessed is said before the layers; that nothing is, after them.
  const isSure = fileTellsLayers(analysis);
  return (
    <nav className="layer-list" aria-label="Layers of the network">
      <div className="layer-list-head">
        <h2>Network</h2>
        <LayerSearch id={LAYER_SEARCH_ID} analysis={analysis} />
      </div>
      <LayerFilters analysis={analysis} />
      <p className="small muted layer-count" aria-live="polite">
        {listedText(listed, analysis.layers.length)}
      </p>
      {!isSure && <CheckLayers analysis={analysis} />}
      {listed === 0 && (
        <div className="no-layer">
          <p>No layer fits the search and the filter.</p>
          <button type="button" className="button" onClick={showAllLayers}>
            Show all layers
          </button>
        </div>
      )}
      <div className="layer-groups">
        {groups.map(({ role, title, meaning, cards }) => (
          <section
            key={role ?? "sorted"}
            className="layer-group"
            aria-label={title}
            hidden={!cards.some(({ isListed }) => isListed)}
          >
            <h3>
              {title} <span className="muted small">{meaning}</span>
            </h3>
            <ul>
              {cards.map(({ layer, isListed }) => (
                <li key={layer.description.name} hidden={!isListed}>
                  <LayerCard
                    layer={layer}
                    result={layerPath(analysis, layer)}
                    features={analysis.features}
                    feature={feature}
                    isSelected={layer.description.name === selected}
                    showsRole={role === null}
                  />
                </li>
              ))}
            </ul>
          </section>
        ))}
      </div>
      {isSure && <CheckLayers analysis={analysis} />}
      <SkippedLayers skipped={analysis.skipped} />
    </nav>
  );
}
