import type { JSX } from "react";
import type { FeatureStyle } from "../figures/theme.ts";

interface Props {
  /** Kernels per label, in the order of `styles`. */
  readonly counts: readonly number[] | null;
  readonly styles: readonly FeatureStyle[];
}

/** A thin stacked bar of labels; its numbers stand in words in the layer's summary. */
export function ShareBar({ counts, styles }: Props): JSX.Element {
  const total = counts?.reduce((sum, count) => sum + count, 0) ?? 0;
  return (
    <span className="share-bar" aria-hidden="true">
      {total > 0 &&
        counts?.map((count, index) => {
          const style = styles[index];
          if (count === 0 || style === undefined) return null;
          const width = `${(100 * count) / total}%`;
          return <span key={style.id} style={{ width, background: style.colour }} />;
        })}
    </span>
  );
}
