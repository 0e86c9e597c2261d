import { type JSX, useMemo } from "react";
import type { AnalysedLayer } from "../../../core/analysis/analysis.ts";
import type { KernelAtWork } from "../../../worker/lab/protocol.ts";
import { countText } from "../../figures/text.ts";
import { channelSentence, restOfChannel } from "./correlationWords.ts";
import { Correlation } from "./FeatureCards.tsx";
import { MapCanvas } from "./MapCanvas.tsx";
import { type MapScale, ownScale } from "./mapScale.ts";
import { scaleText } from "./mapWords.ts";

interface Props {
  readonly layer: AnalysedLayer;
  readonly work: KernelAtWork;
  /** Of the kernel's own map. */
  readonly scale: MapScale;
}

/** Kernels that are summed into one channel. */
export function kernelsOfChannel({ description }: Pick<AnalysedLayer, "description">): number {
  return description.inChannels / description.groups;
}

/** What the kernel is in the whole channel that it belongs to. */
export function ChannelPart({ layer, work, scale }: Props): JSX.Element {
  const count = kernelsOfChannel(layer);
  const channelScale = useMemo(() => ownScale(work.channel.values), [work.channel]);
  const added = `${restOfChannel(work)} included`;
  const of = count === 1 ? "its only kernel" : `all its ${countText(count, "kernel")} summed`;
  return (
    <section className="atwork-section" aria-labelledby="atwork-channel-title">
      <h3 id="atwork-channel-title">Its share in channel {work.outputChannel}</h3>
      <p className="atwork-words">{channelSentence(work, count)}</p>
      <div className="atwork-pair">
        <figure>
          <MapCanvas map={work.own} scale={scale} label="What this kernel alone makes" />
          <figcaption className="small">
            <strong>This kernel alone</strong>
            <span className="muted" data-scale="">
              {scaleText(scale)}
            </span>
          </figcaption>
        </figure>
        <figure>
          <MapCanvas map={work.channel} scale={channelScale} label="The whole channel" />
          <figcaption className="small">
            <strong>
              The whole channel: {of}, {added}
            </strong>
            <span className="muted" data-scale="">
              {scaleText(channelScale)}
            </span>
            <Correlation value={work.channelCorrelation} />
          </figcaption>
        </figure>
      </div>
    </section>
  );
}
