import type { JSX } from "react";
import { spreadOf } from "../../../core/substitution/conclusions.ts";
import type { ReplacementKind } from "./testChoice.ts";
import type { TestFindings } from "./testRows.ts";
import { KIND_NAMES } from "./testWords.ts";

/** The chart in numbers. */
export function TestTable({ findings }: { readonly findings: TestFindings }): JSX.Element {
  const { rows, kinds, found } = findings;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys
    <section className="test-table" tabIndex={0} aria-label="All numbers of the test">
      <table>
        <thead>
          <tr>
            <th scope="col">Layer</th>
            <th scope="col">Kernels replaced</th>
            {kinds.map((kind) => (
              <th scope="col" key={kind}>
                {KIND_NAMES[kind]}
              </th>
            ))}
            <th scope="col">Verdict</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row, at) => (
            <tr key={row.name}>
              <th scope="row">{row.name}</th>
              <td>{found.rows[at]?.replacedKernels ?? "\u2013"}</td>
              {kinds.map((kind) => (
                <td key={kind}>{valuesText(kind, row.values[kind] ?? [])}</td>
              ))}
              <td className="test-verdict">{row.verdict ?? "\u2026"}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** "0.913"; of several draws "0.412 (0.100 to 0.933)"; a dash where it has not run. */
export function valuesText(kind: ReplacementKind, values: readonly number[]): string {
  const spread = spreadOf(values);
  if (spread === null) return "\u2013";
  const { draws, median, lowest, highest } = spread;
  const isDrawn = kind === "random" || kind === "random-fit";
  return isDrawn && draws > 1
    ? `${median.toFixed(3)} (${lowest.toFixed(3)} to ${highest.toFixed(3)})`
    : median.toFixed(3);
}
