import type { JSX } from "react";
import type { SkippedLayer } from "../../core/network/network.ts";
import { countText } from "../figures/text.ts";
import { SkippedReasons } from "./SkippedReasons.tsx";

interface Props {
  readonly skipped: readonly SkippedLayer[];
}

/** Convolutions that are listed but not analysed, below those that are. */
export function SkippedLayers({ skipped }: Props): JSX.Element | null {
  if (skipped.length === 0) return null;
  return (
    <details className="skipped small">
      <summary>Not analysed: {countText(skipped.length, "layer")}</summary>
      <SkippedReasons skipped={skipped} />
    </details>
  );
}
