import { type JSX, useMemo } from "react";
import type { Size2d } from "../../../core/network/size2d.ts";
import { kernelGlyph, weightText } from "../../figures/glyph.ts";
import { SvgView } from "../../figures/SvgView.tsx";
import { figureTheme, LIGHT_THEME } from "../../figures/theme.ts";
import { useTheme } from "../../hooks/useTheme.ts";
import type { MapScale } from "./mapScale.ts";
import { pixelCount } from "./mapWords.ts";
import { numberSquares } from "./numberSquares.ts";
import {
  firstUnder,
  type PlainMap,
  patchUnder,
  pixelAt,
  type StencilPlace,
  stencilSum,
} from "./stencilPlace.ts";

interface Props {
  readonly input: PlainMap;
  readonly inputScale: MapScale;
  readonly ownScale: MapScale;
  readonly weights: Float32Array;
  /** |weight| of full colour. */
  readonly weightScale: number;
  readonly place: StencilPlace;
  /** Of the new map. */
  readonly row: number;
  readonly column: number;
}

/** Length of a box of squares, px. */
const SIDE = 136;

/** Pixels around the stencil in the close-up, on each side. */
const AROUND = 4;

/** The pixels around the stencil, the stencil framed: what a magnifying glass would show. */
function closeUp({ input, inputScale, place, row, column }: Props, line: string) {
  const [top, left] = firstUnder(place, row, column);
  const [down, across] = sizeUnder(place);
  const [rows, columns] = [down + 2 * AROUND, across + 2 * AROUND];
  const values = Float32Array.from({ length: rows * columns }, (_, at) =>
    pixelAt(input, top - AROUND + Math.floor(at / columns), left - AROUND + (at % columns)),
  );
  return numberSquares({
    ...{ values, rows, columns, scale: inputScale, size: SIDE, numbers: false, line },
    framed: [AROUND, AROUND, down, across],
  });
}

/** Rows and columns of the picture from the first to the last number of the stencil. */
export function sizeUnder({ kernelSize, dilation }: StencilPlace): Size2d {
  return [dilation[0] * (kernelSize[0] - 1) + 1, dilation[1] * (kernelSize[1] - 1) + 1];
}

/** One pixel of the new picture worked out in front of the reader: pixels times stencil, added up. */
export function StencilEquation(props: Props): JSX.Element {
  const { input, inputScale, ownScale, weights, weightScale, place, row, column } = props;
  const { line } = figureTheme(useTheme());
  const { kernelSize } = place;
  const [rows, columns] = kernelSize;
  const patch = patchUnder(input, place, row, column);
  const products = patch.map((pixel, at) => pixel * weights[at]);
  const sum = stencilSum(patch, weights);
  const stencil = useMemo(
    () =>
      kernelGlyph({
        ...{ weights, kernelSize, scale: weightScale, size: SIDE, numbers: true },
        theme: LIGHT_THEME,
      }),
    [weights, kernelSize, weightScale],
  );
  const boxes = { rows, columns, size: SIDE, numbers: true, line };
  const under = numberSquares({ ...boxes, values: patch, scale: inputScale });
  const multiplied = numberSquares({ ...boxes, values: products, scale: ownScale });
  const added = numberSquares({
    ...{ values: [sum], rows: 1, columns: 1, scale: ownScale, size: 64, numbers: true, line },
  });
  const many = pixelCount(weights.length);
  return (
    // Of single pixels, worked out on the page to explain it: not results of the analysis.
    <ol className="atwork-equation" data-preview="">
      <li>
        <SvgView node={closeUp(props, line).node} />
        <span>the place, close up</span>
      </li>
      <li data-sign="">
        <SvgView node={under.node} />
        <span>the {many} pixels under the stencil</span>
      </li>
      <li data-sign={"\u00D7"}>
        <SvgView node={stencil.node} />
        <span>times the {many} numbers of the stencil</span>
      </li>
      <li data-sign="=">
        <SvgView node={multiplied.node} />
        <span>{many} products</span>
      </li>
      <li data-sign="+">
        <SvgView node={added.node} />
        <span>
          added up: <strong>{weightText(sum)}</strong>, the new pixel
        </span>
      </li>
    </ol>
  );
}
