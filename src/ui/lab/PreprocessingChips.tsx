import type { JSX } from "react";
import type { NetworkInput, Preprocessing } from "../../core/images/preprocessing.ts";
import type { ImageInfo } from "../../worker/lab/protocol.ts";
import { NumberChip } from "../settings/NumberChip.tsx";
import { INPUT_SIDES } from "../settings/SettingsChips.tsx";
import { editsOf } from "./labSelectors.ts";
import { useLab } from "./labStore.ts";
import {
  asProposed,
  changeEdits,
  differFromOthers,
  forAll,
  withEdit,
} from "./preprocessingEdits.ts";
import { channelsText, PLACEMENTS, SCALINGS } from "./preprocessingWords.ts";

interface Props {
  readonly input: NetworkInput;
  readonly image: ImageInfo;
  readonly preprocessing: Preprocessing;
}

type Change = (edit: Partial<Preprocessing>) => void;

/** Everything that is done to an image before the network sees it, to be changed. */
export function PreprocessingChips({ input, image, preprocessing }: Props): JSX.Element {
  const edits = useLab((state) => state.edits);
  const change: Change = (edit) => changeEdits((before) => withEdit(before, image.id, edit));
  const { window: shades, scaling, placement } = preprocessing;
  return (
    <fieldset className="chips">
      <legend className="visually-hidden">What is done to the image first</legend>
      <SizeChips input={input} preprocessing={preprocessing} change={change} />
      <label className="chip" title={PLACEMENTS[placement].meaning}>
        <span className="muted">Placement</span>
        <select
          value={placement}
          onChange={(event) => {
            const chosen = keyAmong(PLACEMENTS, event.target.value);
            if (chosen !== null) change({ placement: chosen });
          }}
        >
          {Object.entries(PLACEMENTS).map(([value, { words }]) => (
            <option key={value} value={value}>
              {words}
            </option>
          ))}
        </select>
      </label>
      <label
        className="chip"
        title="Networks may have been trained on images with the patient's left at the left"
      >
        <span className="muted">Left and right</span>
        <select
          value={preprocessing.mirrored === true ? "swapped" : "shown"}
          onChange={(event) => change({ mirrored: event.target.value === "swapped" })}
        >
          <option value="shown">as shown</option>
          <option value="swapped">swapped</option>
        </select>
      </label>
      {scaling !== "raw" && (
        <>
          <WindowChip end="low" name="Black at" shades={shades} change={change} />
          <WindowChip end="high" name="White at" shades={shades} change={change} />
        </>
      )}
      <label className="chip" title={SCALINGS[scaling].meaning}>
        <span className="muted">Scaling</span>
        <select
          value={scaling}
          onChange={(event) => {
            const chosen = keyAmong(SCALINGS, event.target.value);
            if (chosen !== null) change({ scaling: chosen });
          }}
        >
          {Object.entries(SCALINGS).map(([value, { words }]) => (
            <option key={value} value={value}>
              {words}
            </option>
          ))}
        </select>
      </label>
      <span className="chip lab-fact" title="The network decides how many channels it takes">
        <span className="muted">Channels</span>
        {channelsText(input.channels, image.channels)}
      </span>
      {Object.keys(editsOf(edits, image.id)).length > 0 && (
        <button
          type="button"
          className="chip chip-button"
          onClick={() => changeEdits((before) => asProposed(before, image.id))}
        >
          As proposed
        </button>
      )}
      {differFromOthers(edits, image.id) && (
        <button
          type="button"
          className="chip chip-button"
          onClick={() => changeEdits((before) => forAll(before, image.id))}
        >
          Use for all images
        </button>
      )}
    </fieldset>
  );
}

interface SizeProps extends Pick<Props, "input" | "preprocessing"> {
  readonly change: Change;
}

function SizeChips({ input, preprocessing, change }: SizeProps): JSX.Element {
  const { height, width } = preprocessing;
  if (input.height !== null && input.width !== null) {
    return (
      <span className="chip lab-fact" title="The network takes images of this size only">
        <span className="muted">Size</span>
        {height} × {width}
      </span>
    );
  }
  return (
    <>
      <SideChip name="Height" side="height" value={height} change={change} />
      <SideChip name="Width" side="width" value={width} change={change} />
    </>
  );
}

interface SideProps {
  readonly name: string;
  readonly side: "height" | "width";
  readonly value: number;
  readonly change: Change;
}

function SideChip({ name, side, value, change }: SideProps): JSX.Element {
  return (
    <NumberChip
      key={`${side} ${value}`}
      name={name}
      unit="px"
      meaning="Side of the image that the network receives; this network takes any"
      value={value}
      lowest={INPUT_SIDES.lowest}
      highest={INPUT_SIDES.highest}
      step={1}
      onCommit={(pixels) => change({ [side]: Math.round(pixels) })}
    />
  );
}

interface WindowProps {
  readonly end: "low" | "high";
  readonly name: string;
  readonly shades: Preprocessing["window"];
  readonly change: Change;
}

/** Values of 16 bits and of CT, and those of float volumes, are within. */
const LARGEST_VALUE = 1e9;

function WindowChip({ end, name, shades, change }: WindowProps): JSX.Element {
  return (
    <NumberChip
      key={`${end} ${shades[end]}`}
      name={name}
      unit=""
      meaning="Values of the file below the first are black, those above the second white"
      value={Number(shades[end].toPrecision(6))}
      lowest={-LARGEST_VALUE}
      highest={LARGEST_VALUE}
      step={1}
      onCommit={(value) => change({ window: { ...shades, [end]: value } })}
    />
  );
}

function keyAmong<Key extends string>(
  words: Readonly<Record<Key, unknown>>,
  value: string,
): Key | null {
  return (Object.keys(words) as Key[]).find((key) => key === value) ?? null;
}
