import { type JSX, useMemo, useState } from "react";
import "./images.css";
import type { ImageInfo, LabModel } from "../../worker/lab/protocol.ts";
import { PickFilesButton } from "../files/PickFilesButton.tsx";
import { ImageStrip, Thumbnail } from "./ImageStrip.tsx";
import { editsOf, imageWithId, shownImages, sizeIn } from "./labSelectors.ts";
import { labStore, useLab } from "./labStore.ts";
import { IMAGE_FORMATS, percentText } from "./labWords.ts";
import { NetworkSight } from "./NetworkSight.tsx";
import { PreprocessingChips } from "./PreprocessingChips.tsx";
import { pageLab, showImages } from "./pageLab.ts";
import { imageText, preprocessingText } from "./preprocessingWords.ts";
import { proposedPreprocessing } from "./proposal.ts";
import { SliceChooser } from "./SliceChooser.tsx";

interface Props {
  readonly model: LabModel;
}

/** The images, which of them is looked at, and what the network gets to see of it. */
export function ImagesPart({ model }: Props): JSX.Element {
  const images = useLab((state) => state.images);
  const masks = useLab((state) => state.masks);
  const current = useLab((state) => state.current);
  const shown = useMemo(() => shownImages({ images, masks }), [images, masks]);
  const image = imageWithId({ images }, current);
  const [isOpen, setOpen] = useState(false);
  return (
    // Sizes, counts and values of files: none of them is a result.
    <section className="lab-images" aria-labelledby="lab-images-title" data-preview>
      <h3 id="lab-images-title" className="visually-hidden">
        Images
      </h3>
      {image !== null && (
        <ImageLine
          image={image}
          place={`${shown.indexOf(image) + 1} of ${shown.length}`}
          isOpen={isOpen}
          onToggle={() => setOpen(!isOpen)}
        />
      )}
      <div id={ALL_ID} className="lab-images-all" data-open={isOpen || image === null}>
        <div className="lab-images-head">
          {shown.length > 0 && <ImageStrip images={shown} current={current} masks={masks} />}
          <ChooseImages isFirst={shown.length === 0} />
        </div>
        {image !== null && <Current key={image.id} image={image} model={model} />}
      </div>
      <Reading />
      <Failed />
      {image === null ? <NoImage /> : <SliceChooser image={image} />}
    </section>
  );
}

const ALL_ID = "lab-images-all";

interface LineProps {
  readonly image: ImageInfo;
  /** "7 of 12" */
  readonly place: string;
  readonly isOpen: boolean;
  readonly onToggle: () => void;
}

/** On a phone, all there is of the images until it is opened: what is done with them comes first. */
function ImageLine({ image, place, isOpen, onToggle }: LineProps): JSX.Element {
  return (
    <button
      type="button"
      className="lab-line"
      data-testid="lab-image-line"
      aria-expanded={isOpen}
      aria-controls={ALL_ID}
      onClick={onToggle}
    >
      <span className="lab-line-picture">
        <Thumbnail image={image} />
      </span>
      <span className="lab-image-name">{image.name}</span>
      <span className="muted">{place}</span>
      <span className="lab-line-words">{isOpen ? "Hide" : "Images"}</span>
    </button>
  );
}

function ChooseImages({ isFirst }: { readonly isFirst: boolean }): JSX.Element {
  return (
    <PickFilesButton
      label={isFirst ? "Choose an image" : "Add images"}
      className={isFirst ? "button button-primary" : "button button-small"}
      inputLabel="Images to run the network on"
      testId="lab-image-input"
      onFiles={showImages}
    />
  );
}

function NoImage(): JSX.Element | null {
  const isReading = useLab((state) => state.reading !== null);
  if (isReading) return null;
  return (
    <div className="lab-empty">
      <p>
        Choose an image that this network was made for, or drop it anywhere in this window. It stays
        in this browser: nothing is sent, and nothing of it is kept when the page is closed.
      </p>
      <p className="small muted">{IMAGE_FORMATS}</p>
    </div>
  );
}

function Reading(): JSX.Element {
  const share = useLab((state) => state.reading);
  return (
    <div className="lab-progress" role="status">
      {share !== null && (
        <>
          <progress aria-label="Images that are read" value={share} />
          <span className="small muted">Reading images: {percentText(share)}</span>
          <button type="button" className="button button-small" onClick={pageLab.cancel}>
            Cancel
          </button>
        </>
      )}
    </div>
  );
}

/** Files that are no images, or damaged ones; the others are there. */
function Failed(): JSX.Element | null {
  const failed = useLab((state) => state.failed);
  if (failed.length === 0) return null;
  return (
    <div className="error-box" role="alert">
      <ul>
        {failed.map(({ name, message }, index) => (
          // The same file may fail twice.
          // biome-ignore lint/suspicious/noArrayIndexKey: the list only grows until it is dismissed
          <li key={`${index} ${name}`}>{message}</li>
        ))}
      </ul>
      <button
        type="button"
        className="button button-small"
        onClick={() => labStore.setState({ failed: [] })}
      >
        Dismiss
      </button>
    </div>
  );
}

const EDITOR_ID = "lab-preprocessing";

interface CurrentProps extends Props {
  readonly image: ImageInfo;
}

function Current({ image, model }: CurrentProps): JSX.Element {
  const edits = useLab((state) => state.edits);
  const isEditing = useLab((state) => state.isEditing);
  const slices = useLab((state) => state.slices);
  const size = sizeIn(image, slices);
  const proposal = proposedPreprocessing(model.input, image, size);
  const preprocessing = { ...proposal.preprocessing, ...editsOf(edits, image.id) };
  return (
    <div className="lab-current">
      <div className="lab-current-words small">
        <div className="lab-image-line">
          <span className="lab-image-name">{image.name}</span>
          <span className="muted">{imageText(image, size)}</span>
          <button
            type="button"
            className="link-button"
            onClick={() => pageLab.forgetImage(image.id)}
          >
            Remove
          </button>
        </div>
        {image.remarks.map((remark) => (
          <p key={remark} className="muted">
            {remark}
          </p>
        ))}
        <p className="lab-gets" data-testid="lab-gets">
          <span className="muted">The network gets:</span>{" "}
          {preprocessingText(model.input, { ...size, channels: image.channels }, preprocessing)}{" "}
          <button
            type="button"
            className="link-button"
            data-testid="edit-preprocessing"
            aria-expanded={isEditing}
            aria-controls={EDITOR_ID}
            onClick={() => labStore.setState({ isEditing: !isEditing })}
          >
            Change
          </button>
        </p>
      </div>
      <NetworkSight image={image} shades={preprocessing.window} />
      <div id={EDITOR_ID} className="lab-editor">
        {isEditing && (
          <>
            <PreprocessingChips input={model.input} image={image} preprocessing={preprocessing} />
            <p className="small muted">{proposal.reason}</p>
          </>
        )}
      </div>
    </div>
  );
}
