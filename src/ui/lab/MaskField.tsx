import type { JSX } from "react";
import { PickFilesButton } from "../files/PickFilesButton.tsx";
import { chosenClass, imageWithId, shownImages } from "./labSelectors.ts";
import type { OutputChoice } from "./labState.ts";
import { labStore, useLab } from "./labStore.ts";
import { labelNotes, labelText, sizeNote } from "./maskReading.ts";
import { pageLab } from "./pageLab.ts";
import type { GivenMask } from "./useSegmentation.ts";

function setMask(image: string, mask: string | null): void {
  labStore.setState(({ masks }) => {
    const { [image]: _before, ...others } = masks;
    return { masks: mask === null ? others : { ...others, [image]: mask } };
  });
}

interface Props {
  /** As it lies over the last run; null while it does not. */
  readonly given: GivenMask | null;
  readonly choice: OutputChoice;
}

/** The right answer for the image that is looked at, where a person has one. */
export function MaskField({ given, choice }: Props): JSX.Element | null {
  const images = useLab((state) => state.images);
  const masks = useLab((state) => state.masks);
  const current = useLab((state) => state.current);
  if (current === null) return null;
  const mask = imageWithId({ images }, masks[current] ?? null);
  const others = shownImages({ images, masks }).filter(({ id }) => id !== current);
  const notes = mask === null || given === null ? [] : notesOn(given);
  const choices = mask === null ? others : [mask, ...others];
  return (
    <fieldset className="lab-fields" data-preview data-drop-mask>
      <legend className="muted small">Mask to compare with: the right answer</legend>
      <div className="lab-mask-choice">
        <label>
          <span className="visually-hidden">Mask of this image</span>
          <select
            value={mask?.id ?? ""}
            data-testid="lab-mask"
            onChange={(event) => setMask(current, event.target.value || null)}
          >
            <option value="">none</option>
            {choices.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <PickFilesButton
          label="Choose a mask"
          className="button button-small"
          inputLabel="Mask of the image that is looked at"
          testId="lab-mask-input"
          onFiles={(files) => void pageLab.addMask(files)}
        />
      </div>
      {mask !== null && given !== null && <LabelField given={given} choice={choice} />}
      {notes.map((note) => (
        <p key={note} className="lab-note small">
          {note}
        </p>
      ))}
      <p className="small muted lab-hint">
        Or drop it here: a picture of the same size, black where nothing should be marked.
      </p>
    </fieldset>
  );
}

function notesOn({ placed, leftOut }: GivenMask): readonly string[] {
  const ofSize = sizeNote(placed);
  return [...(ofSize === null ? [] : [ofSize]), ...labelNotes(placed, leftOut)];
}

/** Masks with several labels: which of them is the class that is looked at is a guess until it is said. */
function LabelField({ given, choice }: Required<Props> & { readonly given: GivenMask }) {
  const { placed, label } = given;
  const { labels } = placed;
  if (labels === null || labels.length <= 2) return null;
  const number = chosenClass(choice);
  // A slice of a volume may lack the label that was chosen on another one.
  const choices = label === "all" || labels.includes(label) ? labels : [...labels, label];
  return (
    <label>
      <span className="muted">The right answer in it</span>
      <select
        value={String(label)}
        data-testid="lab-mask-label"
        onChange={({ target: { value } }) =>
          labStore.setState(({ maskLabels }) => ({
            maskLabels: { ...maskLabels, [number]: value === "all" ? value : Number(value) },
          }))
        }
      >
        <option value="all">all that is marked</option>
        {choices.map((one) => (
          <option key={one} value={one}>
            {labelText(one, placed)}
          </option>
        ))}
      </select>
    </label>
  );
}
