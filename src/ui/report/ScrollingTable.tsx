import type { JSX, ReactNode } from "react";

export interface Column {
  readonly name: string;
  /** True: words, which begin at the left; numbers end at the right. */
  readonly isWords?: boolean;
}

interface Props {
  readonly caption: string;
  readonly columns: readonly Column[];
  /** Rows. */
  readonly children: ReactNode;
}

/** A table that scrolls within itself where the page is narrow; by keyboard, too. */
export function ScrollingTable({ caption, columns, children }: Props): JSX.Element {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
    <section className="report-table" aria-label={caption} tabIndex={0}>
      <table>
        <caption className="visually-hidden">{caption}</caption>
        <thead>
          <tr>
            {columns.map(({ name, isWords = false }) => (
              <th key={name} scope="col" className={isWords ? "words" : undefined}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </section>
  );
}
