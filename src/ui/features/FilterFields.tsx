import { type JSX, useMemo, useState } from "react";
import { LONGEST_NAME } from "../../core/features/featureFile.ts";
import { filterBehaviour } from "../../core/features/filterBehaviour.ts";
import { type FeatureDraft, withKernel, withLabel } from "./featureDraft.ts";
import { behaviourSentences } from "./featureWords.ts";
import { KernelGrid } from "./KernelGrid.tsx";
import { BrushField, TransformButtons } from "./PaintTools.tsx";

interface Props {
  readonly draft: FeatureDraft;
  readonly onChange: (draft: FeatureDraft) => void;
}

/** Name and numbers of the filter that is edited, and what it does. */
export function FilterFields({ draft, onChange }: Props): JSX.Element {
  const [brush, setBrush] = useState<number | null>(null);
  const [isSymmetric, setSymmetric] = useState(false);
  const feature = draft.features[draft.chosen];
  const kernel = feature?.kernel;
  const sentences = useMemo(
    () => (kernel === undefined ? [] : behaviourSentences(filterBehaviour(kernel))),
    [kernel],
  );
  if (feature === undefined) {
    return (
      <section className="filter-fields" aria-label="The chosen filter">
        <p>The set is empty. Add a filter, or start from the poster six.</p>
      </section>
    );
  }
  const change = (changed: readonly number[]) => onChange(withKernel(draft, changed));
  return (
    <section className="filter-fields" aria-label="The chosen filter">
      <label className="filter-name">
        Name
        <input
          value={feature.label}
          maxLength={LONGEST_NAME}
          onChange={(event) => onChange(withLabel(draft, event.target.value))}
        />
      </label>
      <KernelGrid
        key={draft.chosen}
        kernel={feature.kernel}
        brush={brush}
        isSymmetric={isSymmetric}
        onChange={change}
      />
      <p id="kernel-entry-hint" className="small muted">
        Numbers or fractions such as 1/8. Arrow up and down: 0.1 more or less; with Shift: 1.
      </p>
      <BrushField
        brush={brush}
        isSymmetric={isSymmetric}
        onBrush={setBrush}
        onSymmetric={setSymmetric}
      />
      <TransformButtons kernel={feature.kernel} onChange={change} />
      <ul className="filter-behaviour" aria-label="What it does">
        {sentences.map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ul>
    </section>
  );
}
