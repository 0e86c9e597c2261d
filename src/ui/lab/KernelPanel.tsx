import { type JSX, memo, useEffect, useMemo } from "react";
import "./kernel/kernel.css";
import type { Analysis } from "../../core/analysis/analysis.ts";
import type { KernelAtWork, KernelRequest, LayerMapsRequest } from "../../worker/lab/protocol.ts";
import { useCaughtFocus } from "../hooks/useCaughtFocus.ts";
import type { ShownAnalysis } from "../hooks/useShownAnalysis.ts";
import { kernelPath } from "../inspector/resultPath.ts";
import { ChannelPart, kernelsOfChannel } from "./kernel/ChannelPart.tsx";
import { chanceSentence, correlationText, kernelSentence } from "./kernel/correlationWords.ts";
import { FeatureCards } from "./kernel/FeatureCards.tsx";
import { KernelChoice } from "./kernel/KernelChoice.tsx";
import { keepKernelAtWork } from "./kernel/keptKernel.ts";
import { LayerMapsPart } from "./kernel/LayerMapsPart.tsx";
import { useLabAnswer } from "./kernel/labAnswers.ts";
import { ownScale, pictureScale, signedScale } from "./kernel/mapScale.ts";
import { inputWords } from "./kernel/mapWords.ts";
import { StencilDemo } from "./kernel/StencilDemo.tsx";
import { kernelWeights, type ShownKernel } from "./kernel/shownKernel.ts";
import { stencilPlace } from "./kernel/stencilPlace.ts";
import { useChosenKernel } from "./kernel/useChosenKernel.ts";
import { LabFailure } from "./LabFailure.tsx";
import type { ReadyLab } from "./readyLab.ts";

interface Props {
  readonly shown: ShownAnalysis;
  readonly lab: ReadyLab;
  /** Inner width of the view, px. */
  readonly width: number;
}

/** One kernel on the picture that is looked at: what reaches it, what it makes of it, what known filters make of it. */
export function KernelPanel({ shown, lab, width }: Props): JSX.Element {
  const { analysis } = shown;
  const [kernel, choose] = useChosenKernel(analysis);
  if (kernel === null) {
    return <p className="muted">This network has no kernels that could be shown at work.</p>;
  }
  return (
    <div className="atwork-kernel">
      <p className="small">
        A kernel is a small stencil of numbers. Laid on every place of a picture, it makes a new
        picture.
      </p>
      <KernelChoice analysis={analysis} shown={kernel} onChoose={choose} />
      <AtWork {...{ analysis, lab, kernel, width }} onChoose={choose} />
    </div>
  );
}

const OTHER_KERNEL =
  "Choose another layer or another kernel above, another image, or try once more.";

interface AtWorkProps {
  readonly analysis: Analysis;
  readonly lab: ReadyLab;
  readonly kernel: ShownKernel;
  readonly width: number;
}

function AtWork(props: AtWorkProps & { readonly onChoose: (kernel: number) => void }): JSX.Element {
  const { analysis, lab, kernel, width, onChoose } = props;
  const { client, slice, preprocessing } = lab;
  const { name } = kernel.layer.description;
  const { features } = analysis;
  const request: KernelRequest = {
    ...{ slice, preprocessing, features, layer: name, kernel: kernel.kernel },
  };
  const { answer, isCurrent, error, retry } = useLabAnswer(client, "kernel", request);
  const mapsRequest: LayerMapsRequest = { slice, preprocessing, layer: name };
  // After the kernel: that is what a person waits for.
  const maps = useLabAnswer(client, "maps", answer === null ? null : mapsRequest);
  // What is shown is the kernel that was answered for: never one's pictures with another's numbers.
  const shown = useMemo(() => answeredKernel(analysis, answer?.request), [analysis, answer]);
  // The button that asks again goes with the failure.
  const panel = useCaughtFocus<HTMLDivElement>([error, maps.error].map((one) => one?.code).join());
  return (
    <div
      ref={panel}
      tabIndex={-1}
      className="atwork-at-work"
      data-state={isCurrent ? "shown" : "waiting"}
      aria-busy={!isCurrent}
    >
      {error !== null ? (
        <LabFailure error={error} next={OTHER_KERNEL} onRetry={retry} />
      ) : answer === null || shown === null ? (
        <p className="muted atwork-room">The kernel is put to work.</p>
      ) : (
        <WorkParts {...{ analysis, lab, width }} kernel={shown} work={answer.result} />
      )}
      {maps.answer?.request.layer === name && (
        <LayerMapsPart shown={kernel} maps={maps.answer.result} onChoose={onChoose} />
      )}
      {maps.error !== null && error === null && (
        <LabFailure error={maps.error} next={OTHER_KERNEL} onRetry={maps.retry} />
      )}
    </div>
  );
}

/** The kernel that an answer is about; null if the analysis has none like it. */
function answeredKernel(
  { layers }: Analysis,
  request: KernelRequest | undefined,
): ShownKernel | null {
  const index = layers.findIndex(({ description }) => description.name === request?.layer);
  const layer = layers[index];
  if (request === undefined || layer === undefined) return null;
  return { index, layer, kernel: request.kernel };
}

interface PartsProps extends AtWorkProps {
  readonly work: KernelAtWork;
}

/** Drawn when an answer comes, and not when another kernel is chosen, which must show at once. */
const WorkParts = memo(function WorkParts(props: PartsProps): JSX.Element {
  const { analysis, lab, kernel, width, work } = props;
  const { layer, index } = kernel;
  const { features } = analysis;
  const weights = kernelWeights(layer, kernel.kernel);
  useEffect(() => {
    const { channelCorrelation, inputChannel, outputChannel, chance } = work;
    keepKernelAtWork(analysis, {
      layer: layer.description.name,
      kernel: kernel.kernel,
      ...{ inputChannel, outputChannel, channelCorrelation, chance },
      kernelsOfChannel: kernelsOfChannel(layer),
      features: work.features.map(({ map: _, ...numbers }) => numbers),
    });
  }, [analysis, layer, kernel.kernel, work]);
  // The first layer gets the picture itself.
  const isImage = index === 0 && layer.description.inChannels === lab.model.input.channels;
  const inputScale = useMemo(
    () => (isImage ? pictureScale(work.input.values) : ownScale(work.input.values)),
    [isImage, work],
  );
  const scale = useMemo(() => signedScale([work.own.values]), [work]);
  const place = useMemo(
    () => stencilPlace(work.input, work.own, weights, layer.description),
    [work, weights, layer],
  );
  return (
    <div data-result="lab.kernel" className="atwork-work" data-testid="kernel-at-work">
      <StencilDemo
        {...{ layer, weights, inputScale, place, width }}
        result={kernelPath(analysis, layer, kernel.kernel)}
        input={work.input}
        inputName={inputWords(isImage, work.inputChannel, layer.description.inChannels)}
        own={work.own}
        ownScale={scale}
      >
        <div className="atwork-said">
          <p className="atwork-answer">{kernelSentence(work, features)}</p>
          <p className="atwork-words small">
            {chanceSentence(work)}{" "}
            <span data-scale="">
              Correlation: 1 for pictures that differ in brightness and contrast alone, 0 for
              pictures that have nothing in common.
            </span>
          </p>
        </div>
      </StencilDemo>
      <section className="atwork-section" aria-labelledby="atwork-features-title">
        <h3 id="atwork-features-title">The filters you know, on the same picture</h3>
        <p className="atwork-words small muted">
          Each lies as it fits this kernel best: turned, mirrored or inverted. The one whose picture
          is most alike comes first.
        </p>
        <FeatureCards {...{ analysis, layer, work, scale }} />
      </section>
      <ChannelPart {...{ layer, work, scale }} />
      <p className="visually-hidden" aria-live="polite">
        {work.features[0] === undefined
          ? ""
          : `Nearest filter: ${work.features[0].feature}, correlation ${correlationText(work.features[0].correlation)}.`}
      </p>
    </div>
  );
});
