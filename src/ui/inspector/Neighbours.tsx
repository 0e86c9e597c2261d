import { Fragment, type JSX, type ReactNode, useCallback } from "react";
import type { AnalysedLayer, Analysis } from "../../core/analysis/analysis.ts";
import { NEIGHBOUR_COUNT, type Neighbour, neighbourSteps } from "../../core/values/neighbours.ts";
import { weightText } from "../figures/glyph.ts";
import { useWorkedOut } from "../hooks/useWorkedOut.ts";
import { selectKernel } from "../state/actions.ts";
import { KernelGlyph } from "./KernelGlyph.tsx";
import { channelPair } from "./kernelFacts.ts";
import { shownAsNeighbour } from "./shownAsNeighbour.ts";

interface Props {
  readonly analysis: Analysis;
  readonly layer: AnalysedLayer;
  readonly kernel: number;
}

/** The most similar kernels of the whole model, as buttons that lead to them. */
export function Neighbours({ analysis, layer, kernel }: Props): JSX.Element {
  const index = analysis.layers.indexOf(layer);
  const start = useCallback(
    () => neighbourSteps(analysis, index, kernel),
    [analysis, index, kernel],
  );
  const found = useWorkedOut(start);
  return (
    <section className="neighbours" aria-label="Most similar kernels" data-result="selection">
      <h3>Most similar kernels of the model</h3>
      {found === null ? (
        <p className="muted neighbour-room">Being looked for in all layers.</p>
      ) : found.length === 0 ? (
        <p className="muted">There is none to compare it with.</p>
      ) : (
        <ul className="neighbour-list">
          {found.map((near) => (
            <li key={`${near.layer} ${near.kernel}`}>
              <NeighbourButton {...{ analysis, layer, kernel, near }} />
            </li>
          ))}
        </ul>
      )}
      <p className="small muted">
        The {NEIGHBOUR_COUNT} whose numbers are nearest, in colours of this kernel's scale;
        distance: root of the summed squares of the differences.
      </p>
    </section>
  );
}

/** A layer's name that may break after its dots and slashes and not inside a word. */
function breakable(name: string): ReactNode {
  return name.split(/(?<=[./_])/).map((part, at) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one name never change places
    <Fragment key={at}>
      {at > 0 && <wbr />}
      {part}
    </Fragment>
  ));
}

function NeighbourButton({
  analysis,
  layer,
  kernel,
  near,
}: Props & { readonly near: Neighbour }): JSX.Element {
  const other = analysis.layers[near.layer];
  const { name } = other.description;
  const channels = channelPair(other, near.kernel);
  const weights = shownAsNeighbour(
    { layer, kernel },
    { layer: other, kernel: near.kernel },
    analysis.settings.normalisation,
  );
  return (
    <button
      type="button"
      className="neighbour"
      data-testid="neighbour"
      onClick={() => selectKernel(name, near.kernel)}
    >
      <span aria-hidden="true">
        <KernelGlyph layer={layer} weights={weights} size={44} numbers={false} />
      </span>
      <span className="small">
        <span className="neighbour-layer">{breakable(name)}</span>{" "}
        <span className="muted">
          in {channels.in}, out {channels.out}
        </span>{" "}
        <span className="muted">{weightText(near.distance)} away</span>
      </span>
    </button>
  );
}
