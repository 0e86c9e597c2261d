import type { JSX } from "react";
import type { ImageInfo } from "../../worker/lab/protocol.ts";
import { placeIn } from "./labSelectors.ts";
import type { SlicePlace } from "./labState.ts";
import { labStore, useLab } from "./labStore.ts";
import { PLANE_WORDS } from "./labWords.ts";

/** Which slice of a volume, or which frame, is looked at; nothing for a single picture. */
export function SliceChooser({ image }: { readonly image: ImageInfo }): JSX.Element | null {
  const slices = useLab((state) => state.slices);
  const place = placeIn(image, slices);
  const stack = image.stacks.find(({ plane }) => plane === place.plane) ?? image.stacks[0];
  if (image.stacks.length === 1 && stack.count === 1) return null;
  const look = (next: SlicePlace) => labStore.setState({ slices: { ...slices, [image.id]: next } });
  return (
    <div className="lab-slices">
      {image.stacks.length > 1 && (
        <label>
          <span className="muted">Plane</span>
          <select
            value={stack.plane}
            onChange={(event) => {
              const chosen = image.stacks.find(({ plane }) => plane === event.target.value);
              if (chosen === undefined) return;
              look({ plane: chosen.plane, index: Math.floor(chosen.count / 2) });
            }}
          >
            {image.stacks.map(({ plane }) => (
              <option key={plane} value={plane}>
                {PLANE_WORDS[plane]}
              </option>
            ))}
          </select>
        </label>
      )}
      <label className="lab-slider">
        <span className="muted">{stack.plane === "frame" ? "Frame" : "Slice"}</span>
        <input
          type="range"
          min={0}
          max={stack.count - 1}
          step={1}
          value={place.index}
          aria-valuetext={`${place.index + 1} of ${stack.count}`}
          onChange={(event) => look({ plane: stack.plane, index: Number(event.target.value) })}
        />
        <output>
          {place.index + 1} of {stack.count}
        </output>
      </label>
    </div>
  );
}
