import type { JSX } from "react";
import type { Maps } from "../../worker/lab/protocol.ts";
import { valueText } from "./labWords.ts";
import { largestValues, type OutputReading } from "./outputReading.ts";

interface Props {
  readonly output: Maps;
  readonly reading: OutputReading;
}

const MOST = 10;

/** Of a network that names what it sees: the classes it finds likeliest. */
export function VectorOutput({ output, reading }: Props): JSX.Element {
  const rows = largestValues(output, MOST);
  return (
    <div className="lab-numbers" data-preview>
      <table className="lab-vector small">
        <caption className="muted">
          {reading.isSoftmax
            ? "The classes with the largest shares; all shares add up to 1. Classes are numbered from 0: the file does not name them."
            : "The largest values of the output, by their place in it, from 0."}
        </caption>
        <thead>
          <tr>
            <th scope="col">{reading.isSoftmax ? "Class" : "Place"}</th>
            <th scope="col">Value</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ channel, value }) => (
            <tr key={channel}>
              <th scope="row">{channel}</th>
              <td>{valueText(value)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
