import type { JSX } from "react";
import type { Analysis } from "../../core/analysis/analysis.ts";
import type { Findings, LabelLift, LayerStructure } from "../../core/findings/findings.ts";
import { groupedNumber, sizeText } from "../figures/text.ts";
import { openLayer } from "../state/actions.ts";
import { labelName, ratioWithInterval, UNMEASURED_WORDS } from "./findingWords.ts";
import { numberText } from "./numberText.ts";
import { type Column, ScrollingTable } from "./ScrollingTable.tsx";

interface Props {
  readonly analysis: Analysis;
  /** Null while they are computed. */
  readonly findings: Findings | null;
}

const COLUMNS: readonly Column[] = [
  { name: "Layer" },
  { name: "Part", isWords: true },
  { name: "Map" },
  { name: "Kernels" },
  { name: "Clearest above noise (interval)", isWords: true },
  { name: "Distance from normal" },
  { name: "Agreement of clusters" },
  { name: "By chance" },
];

/** Every layer with what is most unlike noise in it. */
export function LayerFindingsTable({ analysis, findings }: Props): JSX.Element {
  return (
    <ScrollingTable caption="Layer by layer" columns={COLUMNS}>
      {analysis.layers.map((layer, index) => {
        const { name } = layer.description;
        return (
          <tr key={name} data-result={`layers.${index}`}>
            <th scope="row">
              <button type="button" className="link-button" onClick={() => openLayer(name)}>
                {name}
              </button>
            </th>
            <td className="words">{layer.place.role === "other" ? "–" : layer.place.role}</td>
            <td>{sizeText(layer.place.grid)}</td>
            <td>{groupedNumber(layer.kernelCount)}</td>
            <td className="words">
              {findings === null
                ? "…"
                : clearestLift(analysis, findings.layers[index]?.lift ?? null)}
            </td>
            <StructureCells structure={findings?.layers[index]?.structure ?? null} />
          </tr>
        );
      })}
    </ScrollingTable>
  );
}

/** The filter whose lift is surest: the one with the highest lower end. */
function clearestLift(analysis: Analysis, lifts: readonly LabelLift[] | null): string {
  if (lifts === null) return "–";
  const above = lifts
    .filter(({ label, overGaussian }) => label !== "indeterminate" && overGaussian.low > 1)
    .sort((a, b) => b.overGaussian.low - a.overGaussian.low);
  const [clearest] = above;
  if (clearest === undefined) return "none";
  return `${labelName(analysis, clearest.label)} ${ratioWithInterval(clearest)}`;
}

function StructureCells({ structure }: { structure: LayerStructure | null }): JSX.Element {
  if (structure === null) return <td colSpan={3}>…</td>;
  if (structure.state === "notMeasured") {
    return (
      <td colSpan={3} className="words muted">
        {UNMEASURED_WORDS[structure.reason]}
      </td>
    );
  }
  const { normality, clusters } = structure;
  return (
    <>
      <td>{numberText(normality.henzeZirkler)}</td>
      <td>
        {numberText(clusters?.stability.value ?? null)}
        {clusters?.firmness === "firm" ? " (firm)" : ""}
      </td>
      <td>{numberText(clusters?.stability.surrogateMean ?? null)}</td>
    </>
  );
}
