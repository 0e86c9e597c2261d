import type { JSX } from "react";
import type { FeatureStyle } from "../figures/theme.ts";

interface Props {
  /** Kernels per label, in the order of `styles`. */
  readonly counts: readonly number[] | null;
  /** What chance gives: shares per label, in the same order. */
  readonly chance: readonly number[] | null;
  readonly styles: readonly FeatureStyle[];
}

function Bar({
  parts,
  styles,
  className,
}: {
  readonly parts: readonly number[] | null;
  readonly styles: readonly FeatureStyle[];
  readonly className: string;
}): JSX.Element {
  const total = parts?.reduce((sum, part) => sum + part, 0) ?? 0;
  return (
    <span className={className}>
      {total > 0 &&
        parts?.map((part, index) => {
          const style = styles[index];
          if (part === 0 || style === undefined) return null;
          const width = `${(100 * part) / total}%`;
          return <span key={style.id} style={{ width, background: style.colour }} />;
        })}
    </span>
  );
}

/** Labels as a stacked bar below the thin, pale one of chance; in numbers in the summary. */
export function ShareBar({ counts, chance, styles }: Props): JSX.Element {
  return (
    <span
      className="share-bars"
      aria-hidden="true"
      title="Thin bar: what chance gives. Thick bar: the filters that this layer's kernels act like."
    >
      <Bar parts={chance} styles={styles} className="share-bar share-bar-chance" />
      <Bar parts={counts} styles={styles} className="share-bar" />
    </span>
  );
}
