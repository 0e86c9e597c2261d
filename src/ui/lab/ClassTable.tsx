import { type JSX, useState } from "react";
import { type ClassArea, meanDice } from "../../core/maps/classMap.ts";
import { classColour } from "./classColours.ts";
import { chosenClass, isOneClass, withClass } from "./labSelectors.ts";
import type { OutputChoice } from "./labState.ts";
import { labStore } from "./labStore.ts";
import { shareText } from "./labWords.ts";

interface Props {
  readonly classes: readonly ClassArea[];
  readonly choice: OutputChoice;
}

/** So many stand beside the image; more are shown on demand, the largest areas first. */
const MOST_ROWS = 8;

/** The classes of one run: the key of their colours, and where one of them is chosen. */
export function ClassTable({ classes, choice }: Props): JSX.Element {
  const [isWhole, setWhole] = useState(false);
  const found = classes.filter(({ share, dice }) => share > 0 || dice !== null);
  const rows = isWhole ? found : largestOf(found, MOST_ROWS);
  const mean = meanDice(classes);
  const hasDice = found.some(({ dice }) => dice !== null);
  return (
    <div className="lab-classes small" data-testid="lab-classes">
      <table>
        <caption className="muted">
          {mean === null
            ? "What the network marks, by class."
            : `Mean Dice of all classes but the background, class 0: ${mean.toFixed(3)}`}
        </caption>
        <thead>
          <tr>
            <th scope="col">Class</th>
            <th scope="col">Of the image</th>
            {hasDice && <th scope="col">Dice</th>}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ number, share, dice }) => (
            <tr key={number}>
              <th scope="row">
                <ClassButton number={number} choice={choice} />
              </th>
              <td>{shareText(share)}</td>
              {hasDice && <td>{dice === null ? "\u2013" : dice.toFixed(3)}</td>}
            </tr>
          ))}
        </tbody>
      </table>
      {found.length > rows.length && (
        <button type="button" className="button button-small" onClick={() => setWhole(true)}>
          Show all classes
        </button>
      )}
    </div>
  );
}

function ClassButton({ number, choice }: Pick<Props, "choice"> & { readonly number: number }) {
  return (
    <button
      type="button"
      className="lab-class"
      aria-pressed={isOneClass(choice) && number === chosenClass(choice)}
      onClick={() => labStore.setState({ output: withClass(choice, number) })}
    >
      <span
        className="lab-swatch"
        style={number === 0 ? undefined : { backgroundColor: classColour(number) }}
      />
      class {number}
    </button>
  );
}

/** In their own order. */
function largestOf(areas: readonly ClassArea[], most: number): readonly ClassArea[] {
  const largest = new Set([...areas].sort((a, b) => b.share - a.share).slice(0, most));
  return areas.filter((area) => largest.has(area));
}
