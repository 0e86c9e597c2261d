import type { JSX } from "react";
import type { Analysis } from "../../core/analysis/analysis.ts";
import type { GridTarget } from "../figures/kernelGrid.ts";
import { channelPair, kernelFacts, labelSentence } from "../inspector/kernelFacts.ts";
import { selectGroup } from "../state/actions.ts";

interface Props {
  readonly analysis: Analysis;
  readonly index: number;
  readonly pointed: GridTarget | null;
  readonly cursor: number | null;
  /** The selected one. */
  readonly kernel: number | null;
  /** True if a screen reader should read it out: for the keys, not for the pointer. */
  readonly isTold: boolean;
}

function kernelWords(analysis: Analysis, index: number, kernel: number): string {
  const facts = kernelFacts(analysis.layers[index], analysis.features.length, kernel);
  const { in: input, out } = facts.channels;
  return `In ${input}, out ${out}. ${labelSentence(facts, analysis)}`;
}

function targetWords(analysis: Analysis, index: number, target: GridTarget): string {
  const { groups } = analysis.layers[index].description;
  switch (target.kind) {
    case "kernel":
      return kernelWords(analysis, index, target.kernel);
    case "row":
      return `Output channel ${target.row}: a click selects all its kernels.`;
    case "column":
      return groups === 1
        ? `Input channel ${target.column}: a click selects all its kernels.`
        : `Input ${target.column} of each group.`;
  }
}

/** What is pointed at, in words, and its channels to be selected without hitting their numbers. */
export function GridFoot(props: Props): JSX.Element {
  const { analysis, index, pointed, cursor, kernel } = props;
  const layer = analysis.layers[index];
  const at = cursor ?? kernel;
  const pair = at === null ? null : channelPair(layer, at);
  const { name } = layer.description;
  const shown = pointed ?? (at === null ? null : ({ kind: "kernel", kernel: at } as const));
  const result =
    shown?.kind === "kernel" ? `layers.${index}.kernels.${shown.kernel}` : `layers.${index}`;
  return (
    <div className="layer-grid-foot small">
      <p data-result={result}>
        {shown === null
          ? "Point at a kernel to read what it does."
          : targetWords(analysis, index, shown)}
      </p>
      <p className="visually-hidden" aria-live="polite">
        {props.isTold && at !== null ? `Kernel. ${kernelWords(analysis, index, at)}` : ""}
      </p>
      <p className="layer-grid-channels">
        {pair !== null && (
          <>
            <button
              type="button"
              className="link-button"
              onClick={() =>
                selectGroup({ kind: "channel", layer: name, side: "in", channel: pair.in })
              }
            >
              All kernels of input {pair.in}
            </button>
            <button
              type="button"
              className="link-button"
              onClick={() =>
                selectGroup({ kind: "channel", layer: name, side: "out", channel: pair.out })
              }
            >
              All kernels of output {pair.out}
            </button>
          </>
        )}
      </p>
    </div>
  );
}
