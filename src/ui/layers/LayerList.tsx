import type { JSX } from "react";
import "./layers.css";
import type { Analysis } from "../../core/analysis/analysis.ts";
import { usePage } from "../hooks/usePage.ts";
import { setLayerSearch } from "../state/actions.ts";
import { LayerCard } from "./LayerCard.tsx";
import { layerGroups, matchesSearch } from "./layerGroups.ts";
import { SkippedLayers } from "./SkippedLayers.tsx";

/** Where the `/` key goes. */
export const LAYER_SEARCH_ID = "layer-search";

interface Props {
  readonly analysis: Analysis;
}

/** The network as a list. Layers that a search leaves out are hidden, not removed. */
export function LayerList({ analysis }: Props): JSX.Element {
  const search = usePage((state) => state.layerSearch);
  const selected = usePage((state) => state.selection.layer);
  const groups = layerGroups(analysis).map((group) => ({
    ...group,
    cards: group.layers.map((layer) => ({ layer, isListed: matchesSearch(layer, search) })),
  }));
  const someAreListed = groups.some((group) => group.cards.some((card) => card.isListed));
  return (
    <nav className="layer-list" aria-label="Layers of the network">
      <div className="layer-list-head">
        <h2>Network</h2>
        <input
          id={LAYER_SEARCH_ID}
          type="search"
          aria-label="Search layers"
          placeholder="Search layers"
          value={search}
          onChange={(event) => setLayerSearch(event.target.value)}
        />
      </div>
      <div className="layer-groups">
        {groups.map((group) => (
          <section
            key={group.role}
            className="layer-group"
            aria-label={group.title}
            hidden={!group.cards.some((card) => card.isListed)}
          >
            <h3>
              {group.title} <span className="muted small">{group.meaning}</span>
            </h3>
            <ul>
              {group.cards.map(({ layer, isListed }) => (
                <li key={layer.description.name} hidden={!isListed}>
                  <LayerCard
                    layer={layer}
                    features={analysis.features}
                    isSelected={layer.description.name === selected}
                  />
                </li>
              ))}
            </ul>
          </section>
        ))}
      </div>
      {!someAreListed && <p className="muted">No layer matches this search.</p>}
      <SkippedLayers skipped={analysis.skipped} />
    </nav>
  );
}
