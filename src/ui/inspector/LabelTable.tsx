import type { JSX } from "react";
import type { LabelShares } from "../../core/action/labelShares.ts";
import type { Feature } from "../../core/features/clinicalKernels.ts";
import { liftText } from "../figures/lift.ts";
import { percentText } from "../figures/text.ts";
import { labelStyles } from "../figures/theme.ts";
import { FeatureMark } from "../layers/FeatureMark.tsx";
import { GroupButton } from "./GroupButton.tsx";

interface Props {
  readonly features: readonly Feature[];
  /** Null while labels or chance shares are not known. */
  readonly labels: LabelShares | null;
  /** Whose kernels are counted, and selected by a row's button: a layer's (its name), null: all. */
  readonly selects?: string | null;
  /** False where the same table stands below and tells what its columns are. */
  readonly hasNote?: boolean;
}

/** Shares of labels, never without what chance gives beside them. */
export function LabelTable({ features, labels, selects, hasNote = true }: Props): JSX.Element {
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
            const count = labels?.counts[index] ?? 0;
            const share = labels?.shares[index] ?? 0;
            const noise = labels?.noise[index] ?? 0;
            const name = (
              <>
                <FeatureMark style={style} /> {style.label}
              </>
            );
            return (
              <tr key={style.id}>
                <th scope="row">
                  {selects === undefined ? (
                    name
                  ) : (
                    <GroupButton
                      group={{ kind: "label", layer: selects, label: style.id }}
                      name={`${style.label}: select these kernels`}
                      className="label-button"
                      isDisabled={count === 0}
                    >
                      {name}
                    </GroupButton>
                  )}
                </th>
                <td>{labels === null ? "…" : percentText(share)}</td>
                <td>{labels === null ? "…" : percentText(noise)}</td>
                <td>{labels === null ? "…" : percentText(labels.shuffled[index] ?? 0)}</td>
                <td>{labels === null ? "…" : liftText(share, noise)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {hasNote && (
        <p className="small muted">
          Noise: random kernels on the same grid, under the same rule. Lift: share over noise (new:
          noise never gets it). Shuffled: these kernels with their numbers in random order. Only a
          share above both is owed to how the numbers are arranged.
          {selects !== undefined && " Choose a name to see where these kernels are."}
        </p>
      )}
    </>
  );
}
