import type { JSX } from "react";
import { layersLabelShares } from "../../core/action/labelShares.ts";
import type { Analysis } from "../../core/analysis/analysis.ts";
import { FORMAT_NAMES } from "../../core/formats/formatNames.ts";
import { CopyButton } from "../controls/CopyButton.tsx";
import { countText, groupedNumber, sizeText } from "../figures/text.ts";
import { SkippedReasons } from "../layers/SkippedReasons.tsx";
import { bytesText } from "../workspace/bytesText.ts";
import { remarksText, showRemarks } from "../workspace/remarks.ts";
import { EngineField } from "./EngineField.tsx";
import { KernelSizes } from "./KernelSizes.tsx";
import { LabelTable } from "./LabelTable.tsx";
import { kernelSizeRows, shortChecksum } from "./modelFacts.ts";

interface Props {
  readonly analysis: Analysis;
}

/** The file and what is in it, then what its kernels do. */
export function ModelSummary({ analysis }: Props): JSX.Element {
  return (
    <div className="inspector-content">
      <h2>Whole model</h2>
      <p className="small muted">Choose a layer, then a kernel, to see it here.</p>
      <section className="model-card" aria-label="Model card" data-testid="model-card">
        <FileFacts analysis={analysis} />
        <NetworkFacts analysis={analysis} />
      </section>
      <h3>What its kernels do</h3>
      <div className="inspector-part" data-result="totals">
        <LabelTable
          features={analysis.features}
          labels={layersLabelShares(analysis.layers, analysis.features.length)}
          selects={null}
        />
      </div>
      {analysis.timings !== null && <EngineField timings={analysis.timings} />}
    </div>
  );
}

function FileFacts({ analysis: { model, warnings } }: Props): JSX.Element {
  return (
    <dl className="facts">
      <dt>File</dt>
      <dd>
        {model.name}, {bytesText(model.bytes)}
      </dd>
      <dt>Format</dt>
      <dd>{FORMAT_NAMES[model.format].label}</dd>
      <dt>Written by</dt>
      <dd>{model.producer ?? <span className="muted">the file does not say</span>}</dd>
      <dt>
        <abbr title="SHA-256: a fingerprint of the file. Two files with the same one are identical.">
          SHA-256
        </abbr>
      </dt>
      <dd className="checksum">
        <code title={model.sha256}>{shortChecksum(model.sha256)}…</code>
        <CopyButton
          text={model.sha256}
          label="Copy"
          ifRefused="Could not copy"
          className="button button-quiet button-small"
        />
      </dd>
      {warnings.length > 0 && (
        <>
          <dt>Remarks</dt>
          <dd>
            <button type="button" className="link-button" onClick={showRemarks}>
              {remarksText(warnings.length)}
            </button>
          </dd>
        </>
      )}
    </dl>
  );
}

function NetworkFacts({ analysis }: Props): JSX.Element {
  const { model, layers, skipped, inputSize, inputSizeIsOpen } = analysis;
  const kernels = layers.reduce((sum, layer) => sum + layer.kernelCount, 0);
  return (
    <>
      <h3>What is in it</h3>
      <dl className="facts">
        <dt>Input image</dt>
        <dd>
          {inputSize === null ? (
            <span className="muted">the file does not say</span>
          ) : (
            `${sizeText(inputSize)} pixels${inputSizeIsOpen ? " (assumed)" : ""}`
          )}
        </dd>
        <dt>Parameters</dt>
        <dd>
          {groupedNumber(model.parameters)} <span className="muted">learned numbers</span>
        </dd>
        <dt>Layers</dt>
        <dd>
          {groupedNumber(layers.length)}{" "}
          <span className="muted">
            {layers.length === 1 ? "convolution" : "convolutions"} analysed
          </span>
        </dd>
        <dt>Kernels</dt>
        <dd>
          {groupedNumber(kernels)}{" "}
          <span className="muted">small patterns that slide over the image</span>
        </dd>
      </dl>
      <KernelSizes rows={kernelSizeRows(layers)} />
      {skipped.length > 0 && (
        <dl className="facts">
          <dt>Not analysed</dt>
          <dd>
            {countText(skipped.length, "layer")}
            <SkippedReasons skipped={skipped} />
          </dd>
        </dl>
      )}
    </>
  );
}
