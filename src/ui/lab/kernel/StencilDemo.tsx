import {
  type CSSProperties,
  type JSX,
  type KeyboardEvent,
  type PointerEvent,
  type ReactNode,
  useCallback,
  useId,
  useMemo,
  useState,
} from "react";
import type { AnalysedLayer } from "../../../core/analysis/analysis.ts";
import { kernelGlyph } from "../../figures/glyph.ts";
import { SvgView } from "../../figures/SvgView.tsx";
import { LIGHT_THEME } from "../../figures/theme.ts";
import { useWindowHeight } from "../../hooks/useWindowHeight.ts";
import { layerScale } from "../../inspector/layerScale.ts";
import { MapCanvas } from "./MapCanvas.tsx";
import type { MapScale } from "./mapScale.ts";
import { pixelCount, placeSentence, scaleText } from "./mapWords.ts";
import { StencilEquation, sizeUnder } from "./StencilEquation.tsx";
import type { Sliding } from "./slidePath.ts";
import {
  firstUnder,
  type PlainMap,
  patchUnder,
  type StencilPlace,
  stencilSum,
  strongestPixel,
} from "./stencilPlace.ts";
import { type SlidingControl, usePrefersStill, useSliding } from "./useSliding.ts";

interface Props {
  readonly layer: AnalysedLayer;
  readonly weights: Float32Array;
  readonly input: PlainMap;
  readonly inputScale: MapScale;
  /** Where the numbers of the stencil stand in the exported results. */
  readonly result: string;
  /** What the picture at the left is. */
  readonly inputName: string;
  readonly own: PlainMap;
  readonly ownScale: MapScale;
  /** Null where it cannot be told how the stencil lies: nothing is worked out then. */
  readonly place: StencilPlace | null;
  /** Inner width of the view, px. */
  readonly width: number;
  /** What is said of the row, below it. */
  readonly children: ReactNode;
}

const STENCIL_SIDE = 136;

/** Between the parts of the row, arrows included, px. */
const GAP = 16;
const ARROW = 24;

/** Two px for each pixel of a usual picture: on a large screen as large as it helps. */
const LARGEST_SIDE = 512;
const SMALLEST_SIDE = 140;

/** In a low window the pictures become no smaller than this to come in sight as a whole. */
const SMALLEST_IN_LOW_WINDOW = 200;

/** What stands above the row, and under its pictures, where all of it is in sight. */
const OTHER_HEIGHT = 684;

/** Side of both pictures, the same for both: beside one another, or the first beside the stencil. */
function pictureSide(width: number, windowHeight: number): number {
  const stencil = STENCIL_SIDE + ARROW + GAP;
  const beside = (width - stencil - ARROW - GAP) / 2;
  const side =
    beside >= SMALLEST_SIDE
      ? Math.min(beside, Math.max(SMALLEST_IN_LOW_WINDOW, windowHeight - OTHER_HEIGHT))
      : width - stencil;
  return Math.floor(Math.max(SMALLEST_SIDE, Math.min(LARGEST_SIDE, side)));
}

/** Pixels that an arrow key moves with Shift. */
const LEAP = 8;

/** A frame that is seen on a picture of many small pixels, px. */
const LEAST_MARKER = 9;

type Pixel = readonly [row: number, column: number];

/** Where a person moved the stencil of one kernel; that of another begins where it is strongest. */
interface Moved {
  /** `Props.result` */
  readonly of: string;
  readonly pixel: Pixel;
  /** What is read out of it. */
  readonly said: string;
}

/** A row of pictures that reads like a sentence: picture, stencil, new picture; and how one makes the other. */
export function StencilDemo(props: Props): JSX.Element {
  const { layer, weights, input, own, inputScale, ownScale, place } = props;
  const hint = useId();
  const side = pictureSide(props.width, useWindowHeight());
  const { result } = props;
  const [moved, setMoved] = useState<Moved | null>(null);
  const strongest = useMemo(() => strongestPixel(own), [own]);
  const here = moved?.of === result ? moved : null;
  const pixel = here?.pixel ?? strongest;
  const onPlace = useCallback(
    ({ row, column }: Sliding) => setMoved({ of: result, pixel: [row, column], said: "" }),
    [result],
  );
  const sliding = useSliding(own, onPlace);
  const row = Math.min(pixel[0], own.height - 1);
  const column = Math.min(pixel[1], own.width - 1);

  const moveTo = (down: number, across: number, said = ""): void => {
    sliding.stop();
    setMoved({ of: result, pixel: [clamped(down, own.height), clamped(across, own.width)], said });
  };
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    if (place === null || event.ctrlKey || event.metaKey || event.altKey) return;
    const to = pixelOfKey(event.key, event.shiftKey ? LEAP : 1, [row, column], own);
    if (to === null) return;
    event.preventDefault();
    const [down, across] = [clamped(to[0], own.height), clamped(to[1], own.width)];
    const sum = stencilSum(patchUnder(input, place, down, across), weights);
    moveTo(down, across, placeSentence(down, across, sum, weights.length));
  };
  const stencil = kernelGlyph({
    ...{ weights, kernelSize: layer.description.kernelSize, scale: layerScale(layer) },
    ...{ size: STENCIL_SIDE, theme: LIGHT_THEME, numbers: true },
  });
  return (
    <div className="atwork-demo">
      <div
        className="atwork-sentence"
        role="application"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the arrow keys move the stencil
        tabIndex={0}
        aria-label={`The stencil on the picture. ${place === null ? "" : "Arrow keys move it, with Shift by eight pixels; Home: where it answers most strongly."}`}
        aria-describedby={hint}
        style={{ "--side": `${side}px` } as CSSProperties}
        onKeyDown={onKeyDown}
      >
        <figure>
          <div
            className="atwork-picture"
            onPointerMove={(event) => {
              if (place === null || sliding.isSliding) return;
              moveTo(...pixelOver(pixelOf(event, input), place));
            }}
          >
            <MapCanvas map={input} scale={inputScale} label={props.inputName} />
            {place !== null && <Marker {...boxUnder(place, row, column)} of={input} />}
          </div>
          <figcaption>
            <strong>{props.inputName}</strong>
            <span className="small muted" data-scale="">
              {scaleText(inputScale)}
            </span>
          </figcaption>
        </figure>
        <figure className="atwork-stencil" data-result={result}>
          <div className="atwork-stage">
            <SvgView node={stencil.node} />
          </div>
          <figcaption>
            <strong>the kernel</strong>
            <span className="small muted">slides over it: purple adds, orange takes away</span>
          </figcaption>
        </figure>
        <figure>
          <div className="atwork-stage">
            <div
              className="atwork-picture"
              onPointerMove={(event) => {
                if (place !== null && !sliding.isSliding) moveTo(...pixelOf(event, own));
              }}
            >
              <MapCanvas
                map={own}
                scale={ownScale}
                label="What this kernel alone makes of the picture"
              />
              {sliding.isSliding && <Veil row={row} of={own} />}
              {place !== null && <Marker top={row} left={column} height={1} width={1} of={own} />}
            </div>
          </div>
          <figcaption>
            <strong>and makes this of it</strong>
            <span className="small muted" data-scale="">
              {scaleText(ownScale)}
            </span>
          </figcaption>
        </figure>
      </div>
      {props.children}
      {place === null ? (
        <p className="small muted" id={hint}>
          In this layer the stencil does not simply slide over the picture (it makes a larger one,
          or the network treats edges in its own way), so single pixels are not worked out here.
        </p>
      ) : (
        <>
          <div className="atwork-demo-head">
            <h4>How one pixel comes about</h4>
            <SlideButton sliding={sliding} />
          </div>
          <p className="atwork-words" id={hint}>
            Point at the picture, or use the arrow keys. Each of the {pixelCount(weights.length)}{" "}
            pixels under the stencil is multiplied by the number that lies on it; the sum is the
            pixel at the same place in the new picture. That, at every place, is a convolution.
          </p>
          <StencilEquation
            {...{ input, inputScale, ownScale, weights, place, row, column }}
            weightScale={layerScale(layer)}
          />
          <p className="visually-hidden" aria-live="polite" data-preview="">
            {here?.said}
          </p>
        </>
      )}
    </div>
  );
}

function SlideButton({ sliding }: { readonly sliding: SlidingControl }): JSX.Element | null {
  if (usePrefersStill()) return null;
  const { isSliding, start, stop } = sliding;
  return (
    <button type="button" className="button button-small" onClick={isSliding ? stop : start}>
      {isSliding ? "Stop" : "Watch it slide"}
    </button>
  );
}

function clamped(value: number, count: number): number {
  return Math.max(0, Math.min(count - 1, value));
}

function pixelOfKey(key: string, step: number, from: Pixel, own: PlainMap): Pixel | null {
  const [row, column] = from;
  switch (key) {
    case "ArrowUp":
      return [row - step, column];
    case "ArrowDown":
      return [row + step, column];
    case "ArrowLeft":
      return [row, column - step];
    case "ArrowRight":
      return [row, column + step];
    case "Home":
      return strongestPixel(own);
    default:
      return null;
  }
}

function pixelOf(event: PointerEvent<HTMLElement>, { height, width }: PlainMap): Pixel {
  const box = event.currentTarget.getBoundingClientRect();
  const down = Math.floor(((event.clientY - box.top) / box.height) * height);
  return [down, Math.floor(((event.clientX - box.left) / box.width) * width)];
}

/** The pixel of the new map whose stencil has this pixel of the picture in its middle. */
function pixelOver([row, column]: Pixel, place: StencilPlace): Pixel {
  const [down, across] = sizeUnder(place).map((size) => Math.floor((size - 1) / 2));
  return [
    Math.round((row + place.before[0] - down) / place.stride[0]),
    Math.round((column + place.before[1] - across) / place.stride[1]),
  ];
}

interface Box {
  readonly top: number;
  readonly left: number;
  readonly height: number;
  readonly width: number;
}

function boxUnder(place: StencilPlace, row: number, column: number): Box {
  const [top, left] = firstUnder(place, row, column);
  const [height, width] = sizeUnder(place);
  return { top, left, height, width };
}

/** A frame around pixels of a map, never too small to be seen. */
function Marker({ top, left, height, width, of }: Box & { readonly of: PlainMap }): JSX.Element {
  const style: CSSProperties = {
    top: `${((top + height / 2) / of.height) * 100}%`,
    left: `${((left + width / 2) / of.width) * 100}%`,
    width: `max(${LEAST_MARKER}px, ${(width / of.width) * 100}%)`,
    height: `max(${LEAST_MARKER}px, ${(height / of.height) * 100}%)`,
  };
  return <span className="atwork-marker" style={style} />;
}

/** Hides what the stencil has not come to yet. */
function Veil({ row, of }: { readonly row: number; readonly of: PlainMap }): JSX.Element {
  return <span className="atwork-veil" style={{ top: `${((row + 1) / of.height) * 100}%` }} />;
}
