import { type JSX, useCallback, useMemo } from "react";
import type { ValueWindow } from "../../core/images/image.ts";
import type { ImageInfo } from "../../worker/lab/protocol.ts";
import { DataCanvas } from "./DataCanvas.tsx";
import { drawPixels } from "./drawOverlay.ts";
import { mapPixels, type Pixels, picturePixels } from "./drawPicture.ts";
import { useHeldMaps } from "./useHeldMaps.ts";

interface Props {
  readonly image: ImageInfo;
  readonly shades: ValueWindow;
}

/** CSS px: to compare, not to look for detail. */
const SIDE = 72;

/** The image as its file has it, beside what reaches the network. */
export function NetworkSight({ image, shades }: Props): JSX.Element {
  const { original, run } = useHeldMaps();
  const before = useMemo(
    () => (original?.slice.image === image.id ? picturePixels(original.picture, shades) : null),
    [original, image, shades],
  );
  const after = useMemo(
    () => (run?.slice.image === image.id ? mapPixels(run.result.input) : null),
    [run, image],
  );
  return (
    <div className="lab-sight">
      <Sight pixels={before} title="Original" name={image.name} />
      <span aria-hidden="true" className="lab-arrow">
        →
      </span>
      <Sight pixels={after} title="As the network sees it" name={image.name} />
    </div>
  );
}

interface SightProps {
  readonly pixels: Pixels | null;
  readonly title: string;
  readonly name: string;
}

function Sight({ pixels, title, name }: SightProps): JSX.Element {
  const draw = useCallback(
    (context: CanvasRenderingContext2D) => {
      if (pixels !== null) drawPixels(context, pixels);
    },
    [pixels],
  );
  return (
    <figure>
      <DataCanvas
        dataWidth={pixels?.width ?? 1}
        dataHeight={pixels?.height ?? 1}
        side={SIDE}
        label={`${title}: ${name}`}
        draw={draw}
      />
      <figcaption className="muted">{title}</figcaption>
    </figure>
  );
}
