import { type JSX, useLayoutEffect, useRef } from "react";

interface Props {
  /** Size of the data, pixels; the canvas keeps their aspect. */
  readonly dataWidth: number;
  readonly dataHeight: number;
  /** Longer side of the canvas on the page, CSS px; it shrinks with what holds it. */
  readonly side: number;
  /** For those who do not see it; null where words beside it say as much. */
  readonly label: string | null;
  readonly className?: string;
  /** Draws on a canvas of whole device pixels; a new function draws anew. */
  readonly draw: (context: CanvasRenderingContext2D) => void;
}

/** More pixels than two per CSS px are not seen, and take their time. */
const MOST_RATIO = 2;

/** An image of data: the same in both themes. */
export function DataCanvas(props: Props): JSX.Element {
  const { dataWidth, dataHeight, side, label, className = "", draw } = props;
  const canvas = useRef<HTMLCanvasElement>(null);
  const factor = side / Math.max(dataWidth, dataHeight, 1);
  const width = Math.max(1, Math.round(dataWidth * factor));
  const height = Math.max(1, Math.round(dataHeight * factor));
  useLayoutEffect(() => {
    const element = canvas.current;
    const context = element?.getContext("2d") ?? null;
    if (element === null || context === null) return;
    const ratio = Math.min(MOST_RATIO, window.devicePixelRatio);
    element.width = Math.round(width * ratio);
    element.height = Math.round(height * ratio);
    draw(context);
  }, [draw, width, height]);
  return (
    <canvas
      ref={canvas}
      className={`lab-canvas ${className}`}
      {...(label === null ? { "aria-hidden": true } : { role: "img", "aria-label": label })}
      style={{ width, aspectRatio: `${width} / ${height}` }}
    />
  );
}
