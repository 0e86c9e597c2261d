import type { JSX } from "react";
import type { Feature } from "../../core/features/clinicalKernels.ts";
import { ratioText } from "../figures/lift.ts";
import { percentText } from "../figures/text.ts";
import { labelStyles } from "../figures/theme.ts";
import { FeatureMark } from "../layers/FeatureMark.tsx";
import type { LabelTotals } from "./totals.ts";

interface Props {
  readonly features: readonly Feature[];
  /** Null while labels or chance shares are not known. */
  readonly totals: LabelTotals | null;
}

function liftText(share: number, chance: number): string {
  if (chance > 0) return share === 0 ? "none" : ratioText(share / chance);
  return share > 0 ? "new" : "–";
}

/** Shares of labels, never without what chance gives beside them. */
export function LabelTable({ features, totals }: Props): JSX.Element {
  const kernels = totals?.counts.reduce((sum, count) => sum + count, 0) ?? 0;
  return (
    <>
      <table className="label-table">
        <thead>
          <tr>
            <th scope="col">Acts like</th>
            <th scope="col">Share</th>
            <th scope="col">Noise</th>
            <th scope="col">Shuffled</th>
            <th scope="col">Lift</th>
          </tr>
        </thead>
        <tbody>
          {labelStyles(features).map((style, index) => {
            const share = (totals?.counts[index] ?? 0) / (kernels || 1);
            const noise = totals?.gaussian[index] ?? 0;
            return (
              <tr key={style.id}>
                <th scope="row">
                  <FeatureMark style={style} /> {style.label}
                </th>
                <td>{totals === null ? "…" : percentText(share)}</td>
                <td>{totals === null ? "…" : percentText(noise)}</td>
                <td>{totals === null ? "…" : percentText(totals.shuffled[index] ?? 0)}</td>
                <td>{totals === null ? "…" : liftText(share, noise)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
      <p className="small muted">
        Noise: random kernels on the same grid, under the same rule. Lift: share over noise (new:
        noise never gets it). Shuffled: these kernels with their numbers in random order. Only a
        share above both is owed to how the numbers are arranged.
      </p>
    </>
  );
}
