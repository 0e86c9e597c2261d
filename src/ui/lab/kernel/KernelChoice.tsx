import { type JSX, memo, useMemo, useState } from "react";
import type { AnalysedLayer, Analysis } from "../../../core/analysis/analysis.ts";
import { kernelGlyph } from "../../figures/glyph.ts";
import { SvgView } from "../../figures/SvgView.tsx";
import { LIGHT_THEME } from "../../figures/theme.ts";
import { KernelPicker } from "../../inspector/KernelPicker.tsx";
import { channelPair } from "../../inspector/kernelFacts.ts";
import { layerScale } from "../../inspector/layerScale.ts";
import { selectLayer } from "../../state/actions.ts";
import { ChoiceList, PageButtons } from "./ChoiceList.tsx";
import { kernelWeights, type ShownKernel } from "./shownKernel.ts";

interface Props {
  readonly analysis: Analysis;
  readonly shown: ShownKernel;
  readonly onChoose: (kernel: number) => void;
}

/** Pictures beside one another that a person still looks through. */
const MOST_AT_ONCE = 32;

/** With fewer kernels per channel, those of several channels stand beside one another. */
const FEWEST_AT_ONCE = 8;

const GLYPH_SIDE = 36;

/** How many kernels of a layer stand in one strip: those of one output channel where that suits. */
export function stripLength({ description }: Pick<AnalysedLayer, "description">): number {
  const perOutput = description.inChannels / description.groups;
  return perOutput < FEWEST_AT_ONCE ? MOST_AT_ONCE : Math.min(perOutput, MOST_AT_ONCE);
}

/** Layer and kernel, by name, by channels, or by their pictures. */
export function KernelChoice({ analysis, shown, onChoose }: Props): JSX.Element {
  const { layer, kernel } = shown;
  const { name } = layer.description;
  return (
    <div className="atwork-kernel-choice">
      <div className="atwork-kernel-fields">
        <label>
          <span className="muted">Layer</span>
          <select value={name} onChange={(event) => selectLayer(event.target.value)}>
            {analysis.layers.map(({ description }) => (
              <option key={description.name} value={description.name}>
                {description.name}
              </option>
            ))}
          </select>
        </label>
        <KernelPicker layer={layer} kernel={kernel} />
        <span className="small muted">its channels, or choose by picture:</span>
      </div>
      <KernelStrip key={name} layer={layer} kernel={kernel} onChoose={onChoose} />
    </div>
  );
}

/** In the colours of the stencil and the maps below, which are the same in both themes. */
const StripGlyph = memo(function StripGlyph({
  layer,
  kernel,
}: Pick<ShownKernel, "layer" | "kernel">): JSX.Element {
  const picture = useMemo(
    () =>
      kernelGlyph({
        weights: kernelWeights(layer, kernel),
        kernelSize: layer.description.kernelSize,
        scale: layerScale(layer),
        size: GLYPH_SIDE,
        theme: LIGHT_THEME,
      }),
    [layer, kernel],
  );
  return <SvgView node={picture.node} />;
});

/** Which strip a person turned to, until another kernel is chosen. */
interface Turned {
  readonly of: number;
  readonly strip: number;
}

type StripProps = Pick<ShownKernel, "layer" | "kernel"> & Pick<Props, "onChoose">;

function KernelStrip({ layer, kernel, onChoose }: StripProps): JSX.Element {
  const length = stripLength(layer);
  const strips = Math.ceil(layer.kernelCount / length);
  const [turned, setTurned] = useState<Turned | null>(null);
  const strip = turned?.of === kernel ? turned.strip : Math.floor(kernel / length);
  const first = strip * length;
  const count = Math.min(length, layer.kernelCount - first);
  return (
    <fieldset className="atwork-strip">
      <legend className="visually-hidden">Kernels of this layer: choose one</legend>
      <ChoiceList
        label="Kernels of this layer"
        items={Array.from({ length: count }, (_, at) => first + at)}
        chosen={kernel}
        nameOf={(one) => {
          const { in: input, out } = channelPair(layer, one);
          return `Kernel from input ${input} to output ${out}`;
        }}
        onChoose={onChoose}
      >
        {(one) => <StripGlyph layer={layer} kernel={one} />}
      </ChoiceList>
      {strips > 1 && (
        <p className="atwork-pages">
          <PageButtons
            page={strip}
            pages={strips}
            words="kernels"
            onPage={(to) => setTurned({ of: kernel, strip: to })}
          />
        </p>
      )}
    </fieldset>
  );
}
