import type { JSX } from "react";
import { groupedNumber } from "../figures/text.ts";
import type { KernelSizeRow } from "./modelFacts.ts";

interface Props {
  readonly rows: readonly KernelSizeRow[];
}

/** A network has one to three sizes; each is compared in its own space. */
export function KernelSizes({ rows }: Props): JSX.Element {
  return (
    <table className="label-table kernel-sizes">
      <thead>
        <tr>
          <th scope="col">Kernel size</th>
          <th scope="col">Layers</th>
          <th scope="col">Kernels</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ size, layers, kernels }) => (
          <tr key={size}>
            <th scope="row">{size}</th>
            <td>{groupedNumber(layers)}</td>
            <td>{groupedNumber(kernels)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
