import { type JSX, memo, useLayoutEffect, useRef } from "react";
import { drawSoon } from "./drawQueue.ts";
import { mapPixels } from "./mapColours.ts";
import type { MapScale } from "./mapScale.ts";
import type { PlainMap } from "./stencilPlace.ts";

interface Props {
  readonly map: PlainMap;
  readonly scale: MapScale;
  /** What it shows, for those who cannot see it; "" where words beside it say so. */
  readonly label: string;
}

/** One map, a pixel per value; how large it is drawn is up to its surroundings. */
export const MapCanvas = memo(function MapCanvas({ map, scale, label }: Props): JSX.Element {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { height, width, values } = map;
  useLayoutEffect(() => {
    return drawSoon(() => {
      const context = canvas.current?.getContext("2d");
      if (!context || width === 0 || height === 0) return;
      const image = context.createImageData(width, height);
      mapPixels(values, scale, image.data);
      context.putImageData(image, 0, 0);
    });
  }, [values, scale, width, height]);
  const words = label === "" ? { "aria-hidden": true } : { role: "img", "aria-label": label };
  return <canvas ref={canvas} className="atwork-map" width={width} height={height} {...words} />;
});
