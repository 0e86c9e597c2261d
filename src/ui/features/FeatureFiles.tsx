import { type JSX, useState } from "react";
import { checkSettings } from "../../core/analysis/checkSettings.ts";
import { DEFAULT_SETTINGS } from "../../core/analysis/settings.ts";
import { ConvAtlasError, toConvAtlasError } from "../../core/errors.ts";
import type { Feature } from "../../core/features/clinicalKernels.ts";
import { featuresText, parseFeatures } from "../../core/features/featureFile.ts";
import { download, exportName } from "../export/download.ts";
import { PickFilesButton } from "../files/PickFilesButton.tsx";
import { draftOf, type FeatureDraft } from "./featureDraft.ts";

interface Props {
  readonly draft: FeatureDraft;
  readonly modelName: string;
  readonly onChange: (draft: FeatureDraft) => void;
}

/** A results file with all kernels of a large model is longer, but its text is no feature set to read. */
const LARGEST_FILE = 256 * 2 ** 20;

/**
 * The filters of a file, checked.
 *
 * @throws ConvAtlasError `bad-setting`, or `too-large`.
 */
async function featuresOfFile(file: File): Promise<readonly Feature[]> {
  if (file.size > LARGEST_FILE) {
    throw new ConvAtlasError("too-large", `${file.name} is too large for a set of filters.`);
  }
  const features = parseFeatures(await file.text(), file.name);
  checkSettings(DEFAULT_SETTINGS, features);
  return features;
}

/** Sets of filters as files: the ones that the command line takes. */
export function FeatureFiles({ draft, modelName, onChange }: Props): JSX.Element {
  const [error, setError] = useState<string | null>(null);
  const load = async (file: File | undefined) => {
    if (file === undefined) return;
    try {
      onChange(draftOf(await featuresOfFile(file)));
      setError(null);
    } catch (thrown) {
      setError(toConvAtlasError(thrown).message);
    }
  };
  const save = () => {
    const blob = new Blob([featuresText(draft.features)], { type: "application/json" });
    download(blob, exportName(modelName, "filters", "json"));
  };
  return (
    <div className="feature-files">
      <PickFilesButton
        label="Import"
        className="button"
        inputLabel="File with filters"
        testId="feature-input"
        onFiles={([picked]) => void load(picked?.file)}
      />
      <button
        type="button"
        className="button"
        data-testid="export-features"
        disabled={draft.features.length === 0}
        onClick={save}
      >
        Export
      </button>
      {error !== null && (
        <p className="feature-problem" role="alert">
          {error}
        </p>
      )}
    </div>
  );
}
