import { type JSX, useEffect, useRef, useState } from "react";
import "./layerOperator.css";
import { type ConvAtlasError, toConvAtlasError } from "../../core/errors.ts";
import type { LayerOperator } from "../../core/operator/layerOperator.ts";
import { LayerOperatorResult } from "./LayerOperatorResult.tsx";

interface Props {
  /** Unique within the model; another one starts afresh. */
  readonly layerName: string;
  /** What was computed before. */
  readonly known?: LayerOperator | null;
  /** Where its numbers stand in the exported results. */
  readonly result?: string;
  /** @throws ConvAtlasError; `cancelled` after `signal` was aborted. */
  readonly compute: (
    onProgress: (share: number) => void,
    signal: AbortSignal,
  ) => Promise<LayerOperator>;
}

/** What the panel is doing. */
type Run =
  | { readonly kind: "idle" }
  | { readonly kind: "running"; readonly share: number }
  | { readonly kind: "failed"; readonly error: ConvAtlasError }
  | { readonly kind: "done"; readonly operator: LayerOperator };

/** How much a whole layer, all its channels together, can amplify: on demand. */
export function LayerOperatorPanel(props: Props): JSX.Element {
  return <PanelOfLayer key={props.layerName} {...props} />;
}

function PanelOfLayer({ layerName, known = null, result, compute }: Props): JSX.Element {
  const [run, setRun] = useState<Run>(
    known === null ? { kind: "idle" } : { kind: "done", operator: known },
  );
  const controller = useRef<AbortController | null>(null);
  useEffect(() => () => controller.current?.abort(), []);

  const start = () => {
    const own = new AbortController();
    controller.current = own;
    setRun({ kind: "running", share: 0 });
    const report = (next: Run) => {
      // What comes after a cancel, or from a panel that is gone, is of no interest.
      if (!own.signal.aborted) setRun(next);
    };
    compute((share) => report({ kind: "running", share }), own.signal).then(
      (operator) => report({ kind: "done", operator }),
      (thrown: unknown) => report({ kind: "failed", error: toConvAtlasError(thrown) }),
    );
  };
  const cancel = () => {
    controller.current?.abort();
    setRun({ kind: "idle" });
  };
  return (
    <section
      className="operator-panel"
      aria-label={`Amplification by the layer ${layerName}`}
      data-testid="layer-operator"
      data-state={run.kind}
      data-result={result}
    >
      <h3>How much the whole layer amplifies</h3>
      <p className="small muted">
        All kernels of the layer together: how many times longer its output can be than its input.
      </p>
      {/* One button for all states, so that it keeps the focus. */}
      <button
        type="button"
        className="button"
        // How far it is, is no result.
        data-preview={run.kind === "running" ? "" : undefined}
        onClick={run.kind === "running" ? cancel : start}
      >
        {buttonText(run)}
      </button>
      {run.kind === "running" && (
        <progress
          className="operator-progress"
          value={run.share}
          aria-label="Computing the amplification"
        />
      )}
      {run.kind === "failed" && (
        <p role="alert" className="operator-failed">
          {run.error.message}
        </p>
      )}
      <p className="visually-hidden" aria-live="polite">
        {run.kind === "running" ? "Computing the amplification." : ""}
      </p>
      <LayerOperatorResult operator={run.kind === "done" ? run.operator : null} />
    </section>
  );
}

function buttonText(run: Run): string {
  switch (run.kind) {
    case "idle":
      return "Compute";
    case "running":
      return `Cancel (${Math.floor(run.share * 100)} %)`;
    case "failed":
      return "Try again";
    case "done":
      return "Compute again";
  }
}
