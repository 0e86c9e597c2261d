import type { JSX } from "react";
import type { AnalysedLayer } from "../../core/analysis/analysis.ts";
import { weightText } from "../figures/glyph.ts";
import { layerScale } from "../inspector/layerScale.ts";

interface Props {
  readonly layer: AnalysedLayer;
  /** Index in `Analysis.layers`. */
  readonly index: number;
  /** Sides of one weight to choose from, ascending, px. */
  readonly units: readonly number[];
  readonly unit: number;
  readonly onUnit: (unit: number) => void;
  /** True if nothing is out of sight. */
  readonly isWhole: boolean;
}

/** What the grid shows, on which scale, and how large. */
export function GridHead({ layer, index, units, unit, onUnit, isWhole }: Props): JSX.Element {
  const smaller = units.findLast((one) => one < unit);
  const larger = units.find((one) => one > unit);
  const { groups } = layer.description;
  return (
    <>
      <div className="layer-grid-head">
        <h3 id="grid-title">All kernels</h3>
        <span className="layer-grid-zoom">
          <button
            type="button"
            className="button button-small"
            aria-label="Smaller pictures"
            title="Smaller pictures"
            disabled={smaller === undefined}
            onClick={() => smaller !== undefined && onUnit(smaller)}
          >
            −
          </button>
          <button
            type="button"
            className="button button-small"
            aria-label="Larger pictures"
            title="Larger pictures"
            disabled={larger === undefined}
            onClick={() => larger !== undefined && onUnit(larger)}
          >
            +
          </button>
        </span>
      </div>
      <p className="small muted view-note">
        Input channels across{groups > 1 ? " (counted within their group)" : ""}, output channels
        down; a channel's number selects all its kernels. Orange below zero, purple above; full
        colour at ±<span data-result={`layers.${index}`}>{weightText(layerScale(layer))}</span>, the
        largest weight of the layer.
        {!isWhole && " Not all of them are in sight: scroll, or make the pictures smaller."}
      </p>
    </>
  );
}
