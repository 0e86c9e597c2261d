import { type JSX, useState } from "react";
import { ViewBoundary } from "../errors/ViewBoundary.tsx";
import type { ShownAnalysis } from "../hooks/useShownAnalysis.ts";
import { Provisional } from "../views/Provisional.tsx";
import { KernelTable } from "./KernelTable.tsx";
import { LayerTable } from "./LayerTable.tsx";

interface Props {
  readonly shown: ShownAnalysis;
  readonly width: number;
}

type RowKind = "kernels" | "layers";

const KINDS: readonly { readonly kind: RowKind; readonly words: string; meaning: string }[] = [
  { kind: "kernels", words: "Kernels", meaning: "One row per kernel" },
  { kind: "layers", words: "Layers", meaning: "One row per layer, with shares beside chance" },
];

/** Every number behind the pictures, to be sorted, filtered and taken along. */
export function TableView({ shown, width }: Props): JSX.Element {
  const [kind, setKind] = useState<RowKind>("kernels");
  const { analysis, isComplete } = shown;
  return (
    <section className="view" aria-labelledby="table-title">
      <div className="view-head">
        <div>
          <h2 id="table-title">
            {kind === "kernels" ? "Kernels in numbers" : "Layers in numbers"}
          </h2>
          <p className="muted">
            {kind === "kernels"
              ? "The head of a column sorts by it. Choose a row to see its kernel; Shift, or Space, adds it to those selected in its layer."
              : "Which filters the kernels of each layer act like, beside what noise gets under the same rule."}
          </p>
        </div>
        <fieldset className="segments">
          <legend className="muted small">Rows are</legend>
          {KINDS.map((one) => (
            <label key={one.kind} title={one.meaning}>
              <input
                type="radio"
                name="row-kind"
                value={one.kind}
                checked={kind === one.kind}
                onChange={() => setKind(one.kind)}
              />
              <span>{one.words}</span>
            </label>
          ))}
        </fieldset>
      </div>
      <ViewBoundary resetKey={kind}>
        {kind === "kernels" ? (
          <KernelTable shown={shown} width={width} />
        ) : (
          <LayerTable analysis={analysis} />
        )}
      </ViewBoundary>
      <Provisional isComplete={isComplete} />
    </section>
  );
}
