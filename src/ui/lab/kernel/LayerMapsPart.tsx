import { type JSX, useMemo, useState } from "react";
import type { LayerMaps } from "../../../worker/lab/protocol.ts";
import { countText, sizeText } from "../../figures/text.ts";
import { GroupButton } from "../../inspector/GroupButton.tsx";
import { channelPair, kernelWithOutput } from "../../inspector/kernelFacts.ts";
import { ChoiceList, PageButtons } from "./ChoiceList.tsx";
import { MapCanvas } from "./MapCanvas.tsx";
import { channelValues, type MapScale, reachOf } from "./mapScale.ts";
import { scaleText } from "./mapWords.ts";
import type { ShownKernel } from "./shownKernel.ts";

interface Props {
  readonly shown: ShownKernel;
  readonly maps: LayerMaps;
  readonly onChoose: (kernel: number) => void;
}

/** More pictures than this at once are not looked at, and take their time to draw. */
const MAPS_PER_PAGE = 64;

/** One scale for all maps of a layer, so that a weak channel looks weak. */
function layerMapsScale({ maps }: LayerMaps): MapScale {
  const reach = reachOf([maps.values]);
  return maps.values.some((value) => value < 0)
    ? { kind: "signed", reach }
    : { kind: "grey", low: 0, high: reach };
}

/** Every channel of a layer as a picture; a click shows the kernel that leads there. */
export function LayerMapsPart({ shown, maps, onChoose }: Props): JSX.Element {
  const { layer, kernel } = shown;
  const { name } = layer.description;
  const pair = channelPair(layer, kernel);
  const { channels, height, width } = maps.maps;
  const pages = Math.ceil(channels / MAPS_PER_PAGE);
  const [turned, setTurned] = useState<{ readonly of: string; readonly page: number } | null>(null);
  const of = `${name} ${pair.out}`;
  const own = Math.floor(pair.out / MAPS_PER_PAGE);
  const page = Math.min(pages - 1, turned?.of === of ? turned.page : own);
  const scale = useMemo(() => layerMapsScale(maps), [maps]);
  const first = page * MAPS_PER_PAGE;
  const shownMaps = useMemo(
    () =>
      Array.from({ length: Math.min(MAPS_PER_PAGE, channels - first) }, (_, at) => ({
        channel: first + at,
        map: { height, width, values: channelValues(maps.maps, first + at) },
      })),
    [maps, channels, height, width, first],
  );
  const turn = (to: number) => setTurned({ of, page: to });
  return (
    <section className="atwork-section" aria-labelledby="atwork-maps-title">
      <div className="atwork-demo-head">
        <h3 id="atwork-maps-title">All maps of {name}</h3>
        <GroupButton
          group={{ kind: "channel", layer: name, side: "out", channel: pair.out }}
          name={`Select all kernels of channel ${pair.out}`}
          className="button button-small"
        >
          Select all kernels of channel {pair.out}
        </GroupButton>
      </div>
      <p className="small muted" data-scale="">
        {countText(channels, "map")} of {sizeText([height, width])}, one per output channel
        {maps.isActivated ? ", after the activation" : ""}; one scale: {scaleText(scale)}. Choose
        one to see the kernel that leads there from the same input.
      </p>
      {/* Their numbers are names. */}
      <div data-scale="">
        <ChoiceList
          label={`Maps of ${name}`}
          className="atwork-maps"
          items={shownMaps.map(({ channel }) => channel)}
          chosen={pair.out}
          nameOf={(channel) => `Channel ${channel}`}
          onChoose={(channel) => {
            const other = kernelWithOutput(layer.description, pair, channel);
            if (other !== null) onChoose(other);
          }}
        >
          {(channel) => {
            const shownMap = shownMaps[channel - first];
            return (
              <>
                {shownMap !== undefined && <MapCanvas map={shownMap.map} scale={scale} label="" />}
                <span>
                  {channel === pair.out ? "\u25B8 " : ""}
                  {channel}
                </span>
              </>
            );
          }}
        </ChoiceList>
      </div>
      {pages > 1 && (
        <p className="atwork-pages" data-scale="">
          <PageButtons page={page} pages={pages} words="maps" onPage={turn} />
          <span className="small muted">
            Channels {first} to {first + shownMaps.length - 1}
          </span>
        </p>
      )}
    </section>
  );
}
