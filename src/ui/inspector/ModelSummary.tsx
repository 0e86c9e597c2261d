import type { JSX } from "react";
import type { Analysis } from "../../core/analysis/analysis.ts";
import { countText, groupedNumber, sizeText } from "../figures/text.ts";
import { LabelTable } from "./LabelTable.tsx";
import { labelTotals } from "./totals.ts";

interface Props {
  readonly analysis: Analysis;
}

export function ModelSummary({ analysis }: Props): JSX.Element {
  const { model, layers, inputSize } = analysis;
  const kernels = layers.reduce((sum, layer) => sum + layer.kernelCount, 0);
  return (
    <div className="inspector-content">
      <h2>Whole model</h2>
      <dl className="facts">
        <dt>Kernels</dt>
        <dd>
          {countText(kernels, "kernel")} in {countText(layers.length, "layer")}
        </dd>
        <dt>Weights</dt>
        <dd>{groupedNumber(model.parameters)}</dd>
        {inputSize !== null && (
          <>
            <dt>Input</dt>
            <dd>
              {sizeText(inputSize)} pixels{analysis.inputSizeIsOpen && " (assumed)"}
            </dd>
          </>
        )}
        {model.producer !== null && (
          <>
            <dt>Written by</dt>
            <dd>{model.producer}</dd>
          </>
        )}
      </dl>
      <LabelTable features={analysis.features} totals={labelTotals(layers)} />
      <p className="small muted">Choose a layer, then a kernel, to see it here.</p>
    </div>
  );
}
