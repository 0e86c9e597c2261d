import { type JSX, useState } from "react";
import type { Analysis } from "../../core/analysis/analysis.ts";
import type { Corrections, LayerCorrection } from "../../core/network/corrections.ts";
import type { Role } from "../../core/network/structure.ts";
import {
  type CorrectionRow,
  correctionRows,
  layoutWords,
  mapAsTyped,
  parseMap,
  type Reading,
  withLayer,
  withMove,
} from "./draft.ts";

const ROLE_WORDS: readonly (readonly [role: Role, words: string])[] = [
  ["encoder", "Encoder"],
  ["bottleneck", "Bottleneck"],
  ["decoder", "Decoder"],
  ["other", "Not known"],
];

interface Props {
  readonly analysis: Analysis;
  readonly draft: Corrections;
  readonly onChange: (draft: Corrections) => void;
}

export function CorrectionsTable({ analysis, draft, onChange }: Props): JSX.Element {
  const rows = correctionRows(analysis, draft);
  const names = rows.map(({ name }) => name);
  const hasReadings = rows.some(({ reading }) => reading !== null);
  return (
    // Scrolls by itself, and so must be reachable by keyboard.
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region needs the focus
    <section className="corrections-scroll" aria-label="Layers to check" tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">Layer</th>
            <th scope="col">Role</th>
            <th scope="col">Map it receives</th>
            {hasReadings && <th scope="col">Weights read as</th>}
            <th scope="col">Order</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <Row
              key={row.name}
              row={row}
              place={index}
              places={rows.length}
              hasReadings={hasReadings}
              onChange={(change) => onChange(withLayer(draft, row.name, change))}
              onMove={(step) => onChange(withMove(draft, names, row.name, step))}
            />
          ))}
        </tbody>
      </table>
    </section>
  );
}

interface RowProps {
  readonly row: CorrectionRow;
  readonly place: number;
  readonly places: number;
  readonly hasReadings: boolean;
  readonly onChange: (change: LayerCorrection) => void;
  readonly onMove: (step: 1 | -1) => void;
}

function Row({ row, place, places, hasReadings, onChange, onMove }: RowProps): JSX.Element {
  const { name, channels, role, roleIsGuess, reading } = row;
  return (
    <tr>
      <th scope="row">
        <span className="corrections-name">{name}</span>
        <span className="small muted">{channels} channels</span>
      </th>
      <td data-label="Role">
        <select
          aria-label={`Role of ${name}`}
          value={role}
          onChange={(event) => {
            const chosen = ROLE_WORDS.find(([one]) => one === event.target.value);
            if (chosen !== undefined) onChange({ role: chosen[0] });
          }}
        >
          {ROLE_WORDS.map(([one, words]) => (
            <option key={one} value={one}>
              {words}
            </option>
          ))}
        </select>
        {roleIsGuess && <span className="small muted"> guess</span>}
      </td>
      <td data-label="Map it receives">
        <MapField key={mapAsTyped(row.map)} row={row} onChange={onChange} />
      </td>
      {hasReadings && (
        <td data-label="Weights read as">
          {reading !== null && <ReadingField name={name} reading={reading} onChange={onChange} />}
        </td>
      )}
      <td data-label="Order" className="corrections-order">
        <span>{place + 1}</span>
        <button
          type="button"
          className="button button-quiet"
          aria-label={`Move ${name} earlier`}
          disabled={place === 0}
          onClick={() => onMove(-1)}
        >
          ↑
        </button>
        <button
          type="button"
          className="button button-quiet"
          aria-label={`Move ${name} later`}
          disabled={place === places - 1}
          onClick={() => onMove(1)}
        >
          ↓
        </button>
      </td>
    </tr>
  );
}

type FieldProps = Pick<RowProps, "row" | "onChange">;

function MapField({ row: { name, map, mapIsAssumed }, onChange }: FieldProps): JSX.Element {
  const [text, setText] = useState(mapAsTyped(map));
  const commit = () => {
    const typed = parseMap(text);
    if (typed === null || text === mapAsTyped(map)) setText(mapAsTyped(map));
    else onChange({ mapSize: typed });
  };
  return (
    <>
      <input
        type="text"
        size={8}
        aria-label={`Map that ${name} receives, in pixels`}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onBlur={commit}
      />
      {mapIsAssumed && <span className="small muted"> assumed</span>}
    </>
  );
}

interface ReadingProps {
  readonly name: string;
  readonly reading: Reading;
  readonly onChange: (change: LayerCorrection) => void;
}

function ReadingField({ name, reading, onChange }: ReadingProps): JSX.Element {
  const { chosen, choices, doubt } = reading;
  return (
    <>
      <select
        aria-label={`How the weights of ${name} are read`}
        value={chosen}
        onChange={(event) => {
          const layout = choices.find((choice) => choice === event.target.value);
          if (layout !== undefined) onChange({ layout });
        }}
      >
        {choices.map((choice) => (
          <option key={choice} value={choice}>
            {layoutWords(choice)}
          </option>
        ))}
      </select>
      {doubt !== null && <span className="corrections-doubt small">{doubt}</span>}
    </>
  );
}
