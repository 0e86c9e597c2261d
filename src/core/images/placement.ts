import type { Preprocessing } from "./preprocessing.ts";

export interface Size {
  readonly width: number;
  readonly height: number;
}

/**
 * Where a picture lies on the network's input: its pixels' edges at `left + x * scaleX` and
 * `top + y * scaleY`, for `x` from 0 to the picture's width.
 */
export interface Placement {
  /** Whole; negative where the picture is cropped. */
  readonly left: number;
  readonly top: number;
  /** Whole pixels that the picture takes up, those outside the input included. */
  readonly width: number;
  readonly height: number;
  readonly scaleX: number;
  readonly scaleY: number;
}

/** Of what does not come out even, the smaller half lies above and at the left. */
export function placementOf(
  picture: Size,
  { width, height, placement }: Pick<Preprocessing, "width" | "height" | "placement">,
): Placement {
  const placed = placedSize(picture, { width, height }, placement);
  return {
    left: Math.trunc((width - placed.width) / 2),
    top: Math.trunc((height - placed.height) / 2),
    ...placed,
    scaleX: placed.width / picture.width,
    scaleY: placed.height / picture.height,
  };
}

function placedSize(picture: Size, input: Size, placement: Preprocessing["placement"]): Size {
  switch (placement) {
    case "pad":
      return { width: picture.width, height: picture.height };
    case "stretch":
      return input;
    case "fit": {
      const scale = Math.min(input.width / picture.width, input.height / picture.height);
      return {
        width: Math.min(input.width, Math.max(1, Math.round(picture.width * scale))),
        height: Math.min(input.height, Math.max(1, Math.round(picture.height * scale))),
      };
    }
  }
}
