import { type JSX, useRef } from "react";
import { MOST_FEATURES } from "../../core/analysis/checkSettings.ts";
import { EXTENDED_FEATURES, POSTER_FEATURES } from "../../core/features/clinicalKernels.ts";
import { featureStyles } from "../figures/theme.ts";
import { FeatureMark } from "../layers/FeatureMark.tsx";
import { FilterGlyph } from "./FilterGlyph.tsx";
import { draftOf, type FeatureDraft, withCopy, withNew, withoutChosen } from "./featureDraft.ts";

interface Props {
  readonly draft: FeatureDraft;
  readonly onChange: (draft: FeatureDraft) => void;
}

/** The filters of the set, one of which is edited. */
export function FilterList({ draft, onChange }: Props): JSX.Element {
  const { features, chosen } = draft;
  const styles = featureStyles(features);
  const list = useRef<HTMLUListElement>(null);
  const isFull = features.length >= MOST_FEATURES;
  const remove = () => {
    onChange(withoutChosen(draft));
    // The button may be disabled now: at the keyboard one goes on with the list.
    if (features.length === 1) list.current?.focus();
  };
  return (
    <section className="filter-list" aria-label="Filters of the set">
      <ul ref={list} tabIndex={-1}>
        {features.map(({ id, label, kernel }, index) => (
          <li key={id}>
            <button
              type="button"
              className="filter-row"
              aria-pressed={index === chosen}
              onClick={() => onChange({ features, chosen: index })}
            >
              <FilterGlyph kernel={kernel} size={30} />
              <FeatureMark style={styles[index]} />
              <span>{label.trim() === "" ? "no name yet" : label}</span>
            </button>
          </li>
        ))}
      </ul>
      <div className="filter-list-actions">
        <button
          type="button"
          className="button button-small"
          disabled={isFull}
          onClick={() => onChange(withNew(draft))}
        >
          Add
        </button>
        <button
          type="button"
          className="button button-small"
          disabled={isFull || chosen < 0}
          onClick={() => onChange(withCopy(draft))}
        >
          Duplicate
        </button>
        <button
          type="button"
          className="button button-small"
          disabled={chosen < 0}
          onClick={remove}
        >
          Remove
        </button>
      </div>
      <p className="small muted">
        {features.length} of at most {MOST_FEATURES}. Start again from{" "}
        <button
          type="button"
          className="link-button"
          onClick={() => onChange(draftOf(POSTER_FEATURES))}
        >
          the poster six
        </button>{" "}
        or{" "}
        <button
          type="button"
          className="link-button"
          onClick={() => onChange(draftOf(EXTENDED_FEATURES))}
        >
          the extended eleven
        </button>
        .
      </p>
    </section>
  );
}
