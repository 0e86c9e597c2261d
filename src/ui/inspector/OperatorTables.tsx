import type { JSX } from "react";
import type { LayerOperator } from "../../core/operator/layerOperator.ts";
import { curveReadings, type OperatorFact, operatorFacts } from "../figures/operatorWords.ts";

interface Props {
  readonly operator: LayerOperator;
}

/** All that the picture of a layer's operator shows, as numbers, and what they hold for. */
export function OperatorTables({ operator }: Props): JSX.Element {
  const { spectrum } = operator;
  return (
    <>
      <FactTable caption="In numbers (times)" facts={operatorFacts(operator)} />
      {spectrum !== null && (
        <details>
          <summary>The curve in numbers</summary>
          <FactTable
            caption="Share of the patterns, and by how much they are amplified at least"
            facts={curveReadings(spectrum.curve)}
            namesAreScale={true}
          />
        </details>
      )}
      <p className="small muted">
        Bounds are certain, rounding included: they hold for circular and zero borders on maps of
        every size, not for reflected borders. The layer's bias is left out.
      </p>
    </>
  );
}

interface FactTableProps {
  readonly caption: string;
  readonly facts: readonly OperatorFact[];
  /** The names are places at which a curve is read: a scale, no results. */
  readonly namesAreScale?: boolean;
}

function FactTable({ caption, facts, namesAreScale = false }: FactTableProps): JSX.Element {
  return (
    <table className="label-table operator-facts">
      <caption className="small muted">{caption}</caption>
      <tbody>
        {facts.map(({ name, value }) => (
          <tr key={name}>
            <th scope="row" data-scale={namesAreScale ? "" : undefined}>
              {name}
            </th>
            <td>{value}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
