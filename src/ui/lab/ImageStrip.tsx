import { type JSX, useCallback, useEffect, useRef, useState } from "react";
import type { ImageInfo } from "../../worker/lab/protocol.ts";
import { DataCanvas } from "./DataCanvas.tsx";
import { drawPixels } from "./drawOverlay.ts";
import type { Pixels } from "./drawPicture.ts";
import { labStore } from "./labStore.ts";
import { pageLab } from "./pageLab.ts";

interface Props {
  readonly images: readonly ImageInfo[];
  readonly current: string | null;
  readonly masks: Readonly<Record<string, string>>;
}

/** CSS px. */
const THUMBNAIL_SIDE = 56;

/** Brings the chosen one in sight, and moves nothing else. */
function showChosen(strip: HTMLElement | null): void {
  const chosen = strip?.querySelector<HTMLElement>("label:has(:checked)") ?? null;
  if (strip === null || chosen === null) return;
  strip.scrollLeft = chosen.offsetLeft + chosen.offsetWidth / 2 - strip.clientWidth / 2;
}

/** The images, one of them looked at: arrows go from one to the next. */
export function ImageStrip({ images, current, masks }: Props): JSX.Element {
  const strip = useRef<HTMLFieldSetElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another image is the reason to run
  useEffect(() => showChosen(strip.current), [current]);
  return (
    <fieldset ref={strip} className="lab-strip">
      <legend className="visually-hidden">Image that is looked at</legend>
      {images.map((image) => (
        <label key={image.id} title={image.name}>
          <input
            type="radio"
            name="lab-image"
            value={image.id}
            checked={image.id === current}
            onChange={() => labStore.setState({ current: image.id })}
          />
          <span className="lab-thumbnail">
            <Thumbnail image={image} />
            <span className="visually-hidden">{image.name}</span>
            {masks[image.id] !== undefined && (
              <span className="lab-badge" title="has a mask">
                <span aria-hidden="true">◑</span>
                <span className="visually-hidden">, with a mask</span>
              </span>
            )}
          </span>
        </label>
      ))}
    </fieldset>
  );
}

/** A small picture of an image; of no words, since its name stands beside it. */
export function Thumbnail({ image }: { readonly image: ImageInfo }): JSX.Element {
  const [pixels, setPixels] = useState<Pixels | null>(null);
  useEffect(() => {
    let isWanted = true;
    void pageLab.thumbnail(image).then((found) => {
      if (isWanted) setPixels(found);
    });
    return () => {
      isWanted = false;
    };
  }, [image]);
  const draw = useCallback(
    (context: CanvasRenderingContext2D) => {
      if (pixels !== null) drawPixels(context, pixels);
    },
    [pixels],
  );
  return (
    <DataCanvas
      dataWidth={pixels?.width ?? 1}
      dataHeight={pixels?.height ?? 1}
      side={THUMBNAIL_SIDE}
      label={null}
      draw={draw}
    />
  );
}
