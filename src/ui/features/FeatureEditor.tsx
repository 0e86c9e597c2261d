import { type JSX, useState } from "react";
import type { Analysis } from "../../core/analysis/analysis.ts";
import { useModalDialog } from "../hooks/useModalDialog.ts";
import { usePage } from "../hooks/usePage.ts";
import { changeSettings, setFeatureEditor } from "../state/actions.ts";
import { featuresOf } from "../state/features.ts";
import { isSame } from "../state/session.ts";
import "./features.css";
import { FeatureFiles } from "./FeatureFiles.tsx";
import { FilterFields } from "./FilterFields.tsx";
import { FilterList } from "./FilterList.tsx";
import { FilterPlace } from "./FilterPlace.tsx";
import { draftOf, draftProblem, type FeatureDraft, setNameOf } from "./featureDraft.ts";
import { useAlikeSentences } from "./useAlikeSentences.ts";

interface Props {
  readonly analysis: Analysis;
}

/** Where a person makes filters of their own to compare kernels with. */
export function FeatureEditor({ analysis }: Props): JSX.Element {
  const isOpen = usePage((state) => state.featuresAreOpen);
  const settings = usePage((state) => state.settings);
  const ownFeatures = usePage((state) => state.ownFeatures);
  /** Unapplied work outlives the Escape key; Cancel and Apply end it. */
  const [draft, setDraft] = useState<FeatureDraft | null>(null);
  const dialog = useModalDialog(isOpen);
  const before = featuresOf(settings, ownFeatures);
  const end = () => {
    setDraft(null);
    setFeatureEditor(false);
  };
  const apply = ({ features }: FeatureDraft) => {
    const trimmed = features.map((feature) => ({ ...feature, label: feature.label.trim() }));
    const name = setNameOf(trimmed);
    end();
    if (name === "custom") changeSettings({ features: name }, trimmed);
    else changeSettings({ features: name });
  };
  return (
    <dialog
      ref={dialog}
      className="feature-editor"
      aria-labelledby="feature-editor-title"
      data-testid="feature-editor"
      // All in it is of a draft, or estimated: it becomes a result when it is applied.
      data-preview=""
      onClose={() => setFeatureEditor(false)}
    >
      {isOpen && (
        <EditorForm
          analysis={analysis}
          draft={draft ?? draftOf(before)}
          isChanged={draft !== null && !isSame(draft.features, before)}
          onChange={setDraft}
          onCancel={end}
          onApply={apply}
        />
      )}
    </dialog>
  );
}

interface FormProps {
  readonly analysis: Analysis;
  readonly draft: FeatureDraft;
  readonly isChanged: boolean;
  readonly onChange: (draft: FeatureDraft) => void;
  readonly onCancel: () => void;
  readonly onApply: (draft: FeatureDraft) => void;
}

function EditorForm(props: FormProps): JSX.Element {
  const { analysis, draft, isChanged, onChange, onCancel, onApply } = props;
  const problem = draftProblem(draft);
  const alike = useAlikeSentences(draft, analysis.settings.compare);
  return (
    <>
      <header className="feature-editor-head">
        <h2 id="feature-editor-title">Filters of your own</h2>
        <p className="small muted">
          Kernels are compared with these. Type or paint nine numbers, name the filter, and Apply:
          all labels are computed anew. Undo brings the set before back.
        </p>
      </header>
      <div className="feature-editor-body">
        <FilterList draft={draft} onChange={onChange} />
        <FilterFields draft={draft} onChange={onChange} />
        <FilterPlace analysis={analysis} draft={draft} />
      </div>
      <div className="feature-remarks" role="status">
        {problem !== null && <p className="feature-problem">{problem}</p>}
        {alike.map((sentence) => (
          <p key={sentence}>{sentence}</p>
        ))}
      </div>
      <footer className="feature-editor-foot">
        <FeatureFiles draft={draft} modelName={analysis.model.name} onChange={onChange} />
        <button type="button" className="button" onClick={onCancel}>
          Cancel
        </button>
        <button
          type="button"
          className="button button-primary"
          disabled={!isChanged || problem !== null}
          onClick={() => onApply(draft)}
        >
          Apply
        </button>
      </footer>
    </>
  );
}
