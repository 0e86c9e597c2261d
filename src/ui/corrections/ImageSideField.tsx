import { type JSX, useState } from "react";
import { parseMap } from "./draft.ts";

interface Props {
  readonly side: number | null;
  readonly onChange: (side: number | null) => void;
}

/** The one number from which the map sizes of all layers follow. */
export function ImageSideField({ side, onChange }: Props): JSX.Element {
  const [text, setText] = useState(side === null ? "" : String(side));
  const change = (typed: string) => {
    setText(typed);
    onChange(parseMap(typed)?.[0] ?? null);
  };
  return (
    <p className="corrections-side">
      <label>
        Side of the input image, in pixels{" "}
        <input
          type="text"
          inputMode="numeric"
          size={6}
          value={text}
          placeholder="not known"
          onChange={(event) => change(event.target.value)}
        />
      </label>
      <span className="small muted">
        The maps of all layers below follow from it, halved where the channels suggest it.
      </span>
    </p>
  );
}
