import type { JSX, ReactNode } from "react";
import type { Analysis } from "../../core/analysis/analysis.ts";
import type { Findings } from "../../core/findings/findings.ts";
import { percentText } from "../figures/text.ts";
import { labelStyles } from "../figures/theme.ts";
import { FeatureMark } from "../layers/FeatureMark.tsx";
import {
  MEASURE_NAMES,
  pValueText,
  type QuestionId,
  ratioWithInterval,
  VERDICT_WORDS,
} from "./findingWords.ts";
import { numberText } from "./numberText.ts";
import { type Column, ScrollingTable } from "./ScrollingTable.tsx";

interface Props {
  readonly id: QuestionId;
  readonly analysis: Analysis;
  readonly findings: Findings;
}

const FILTER_COLUMNS: readonly Column[] = [
  { name: "Filter" },
  { name: "Share" },
  { name: "Noise" },
  { name: "Shuffled" },
  { name: "Lift (interval)" },
  { name: "p, corrected" },
  { name: "Verdict", isWords: true },
];

const DECODER_COLUMNS: readonly Column[] = [
  { name: "Mean of the layers" },
  { name: "Encoder" },
  { name: "Decoder" },
  { name: "Difference" },
  { name: "p, corrected" },
];

/** The numbers behind an answer, as a table. */
export function FindingNumbers({ id, analysis, findings }: Props): JSX.Element {
  switch (id) {
    case "filters":
      return <FilterNumbers analysis={analysis} findings={findings} />;
    case "decoder":
      return <DecoderNumbers findings={findings} />;
    case "encoder":
      return <EncoderNumbers findings={findings} />;
  }
}

function FilterNumbers({ analysis, findings }: Omit<Props, "id">): JSX.Element {
  const styles = labelStyles(analysis.features);
  return (
    <ScrollingTable caption="Share of each filter beside chance" columns={FILTER_COLUMNS}>
      {findings.filters.labels.map((label) => {
        const style = styles.find(({ id }) => id === label.label);
        return (
          <tr key={label.label}>
            <th scope="row">
              {style !== undefined && <FeatureMark style={style} />} {style?.label ?? label.label}
            </th>
            <td>{percentText(label.share)}</td>
            <td>{percentText(label.gaussianShare)}</td>
            <td>{percentText(label.shuffledShare)}</td>
            <td>{ratioWithInterval(label)}</td>
            <td>{pValueText(label.adjustedPValue)}</td>
            <td className="words">{VERDICT_WORDS[label.verdict]}</td>
          </tr>
        );
      })}
    </ScrollingTable>
  );
}

function DecoderNumbers({ findings }: Pick<Props, "findings">): JSX.Element {
  return (
    <ScrollingTable caption="Structure of encoder and decoder layers" columns={DECODER_COLUMNS}>
      {findings.decoder.contrasts.map((contrast) => (
        <tr key={contrast.measure}>
          <th scope="row">{MEASURE_NAMES[contrast.measure]}</th>
          <td>{numberText(contrast.encoderMean)}</td>
          <td>{numberText(contrast.decoderMean)}</td>
          <td>{numberText(contrast.difference)}</td>
          <td>{pValueText(contrast.adjustedPValue)}</td>
        </tr>
      ))}
    </ScrollingTable>
  );
}

function Fact({ words, children }: { words: string; children: ReactNode }): JSX.Element {
  return (
    <div>
      <dt>{words}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function EncoderNumbers({ findings: { encoder } }: Pick<Props, "findings">): JSX.Element {
  return (
    <dl className="finding-facts">
      <Fact words="Mean divergence, bits">{numberText(encoder.meanDivergence)}</Fact>
      <Fact words="Of shuffled kernels, on average">{numberText(encoder.floorMean)}</Fact>
      <Fact words="Nearly all of them below">{numberText(encoder.floorHigh)}</Fact>
      <Fact words="p">{pValueText(encoder.pValue)}</Fact>
    </dl>
  );
}
