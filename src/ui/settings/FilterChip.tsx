import type { JSX } from "react";
import { POSTER_FEATURES } from "../../core/features/clinicalKernels.ts";
import { usePage } from "../hooks/usePage.ts";
import { changeSettings, setFeatureEditor } from "../state/actions.ts";
import { isSame } from "../state/session.ts";

/** The set of filters that kernels are compared with, and the way to one's own. */
export function FilterChip(): JSX.Element {
  const features = usePage((state) => state.settings.features);
  const ownFeatures = usePage((state) => state.ownFeatures);
  const hasOwn = features === "custom" || !isSame(ownFeatures, POSTER_FEATURES);
  const choose = (value: string) => {
    if (value === "poster" || value === "extended") changeSettings({ features: value });
    else if (hasOwn) changeSettings({ features: "custom" });
    else setFeatureEditor(true);
  };
  return (
    <>
      <label className="chip" title="The known filters that kernels are compared with">
        <span className="muted">Filters</span>
        <select value={features} onChange={(event) => choose(event.target.value)}>
          <option value="poster">poster six</option>
          <option value="extended">extended eleven</option>
          <option value="custom">{hasOwn ? `own (${ownFeatures.length})` : "own…"}</option>
        </select>
      </label>
      <button
        type="button"
        className="chip chip-button"
        data-testid="edit-features"
        onClick={() => setFeatureEditor(true)}
      >
        Edit filters
      </button>
    </>
  );
}
