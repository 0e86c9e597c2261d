import { type JSX, useId } from "react";
import type { Analysis } from "../../core/analysis/analysis.ts";
import { usePage } from "../hooks/usePage.ts";
import { setPlot } from "../state/actions.ts";
import type { PlotChoice } from "../state/choices.ts";
import { RangeSelect } from "./RangeSelect.tsx";
import { SpaceControls } from "./SpaceControls.tsx";
import type { Magnification } from "./spaceFrame.ts";

interface Props {
  readonly analysis: Analysis;
  /** Index in `Analysis.layers`. */
  readonly index: number;
  readonly magnification: Magnification;
  readonly onMagnify: (magnification: Magnification) => void;
}

type Axes = PlotChoice["axes"];

/** The axes with `component` at a place; the one that stood there takes its old place. */
function withComponent(axes: Axes, place: 0 | 1, component: number): Axes {
  const [across, up, towards] = axes.map((axis, at) =>
    at === place ? component : axis === component ? axes[place] : axis,
  );
  return [across, up, towards];
}

interface AxisProps {
  readonly name: string;
  readonly place: 0 | 1;
  readonly axes: Axes;
  readonly components: number;
}

function AxisField({ name, place, axes, components }: AxisProps): JSX.Element {
  const id = useId();
  return (
    <span className="plot-axis">
      <label htmlFor={id}>{name}</label>
      <select
        id={id}
        value={axes[place]}
        onChange={(event) =>
          setPlot({ axes: withComponent(axes, place, Number(event.target.value)) })
        }
      >
        {[0, 1, 2].map((component) => (
          <option key={component} value={component} disabled={component >= components}>
            PC{component + 1}
          </option>
        ))}
      </select>
    </span>
  );
}

const DIMENSIONS = [2, 3] as const;

/** Which components the plot of a layer shows, and how; with all that a drag can do. */
export function PlotControls({ analysis, index, magnification, onMagnify }: Props): JSX.Element {
  const { dimensions, axes } = usePage((state) => state.plot);
  const layer = analysis.layers[index];
  const components = analysis.pca[layer.values.basis].components.length;
  const [across, up] = axes;
  return (
    <div className="plot-controls">
      <fieldset className="segments">
        <legend className="visually-hidden">Dimensions of the plot</legend>
        {DIMENSIONS.map((one) => (
          <label key={one}>
            <input
              type="radio"
              name="plot-dimensions"
              checked={dimensions === one}
              disabled={one > components && one === 3}
              onChange={() => setPlot({ dimensions: one })}
            />
            <span>{one}-D</span>
          </label>
        ))}
      </fieldset>
      {dimensions === 2 ? (
        <>
          <AxisField name="Across" place={0} axes={axes} components={components} />
          <AxisField name="Up" place={1} axes={axes} components={components} />
          <RangeSelect layer={layer.description.name} axes={[across, up]} />
        </>
      ) : (
        <>
          <SpaceControls magnification={magnification} onMagnify={onMagnify} />
          <span className="small muted">Lasso and box select in 2-D</span>
        </>
      )}
    </div>
  );
}
