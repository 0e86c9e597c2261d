import { type JSX, useEffect } from "react";
import { useWindowHeight } from "../hooks/useWindowHeight.ts";
import { keepRun } from "./keptRun.ts";
import { LabEngineField } from "./LabEngineField.tsx";
import { LargeImage } from "./LargeImage.tsx";
import type { OutputChoice } from "./labState.ts";
import { useLab } from "./labStore.ts";
import { MaskField } from "./MaskField.tsx";
import { OutputControls } from "./OutputControls.tsx";
import { OverlayControls } from "./OverlayControls.tsx";
import { RunNumbers } from "./RunNumbers.tsx";
import { RunStatus } from "./RunStatus.tsx";
import type { ReadyLab } from "./readyLab.ts";
import { type Segmentation, useSegmentation } from "./useSegmentation.ts";
import { VectorOutput } from "./VectorOutput.tsx";
import { waysOf } from "./waysToDraw.ts";

interface Props {
  readonly lab: ReadyLab;
  /** Of the view, CSS px. */
  readonly width: number;
}

/** On a wide page the controls stand beside the image. */
const CONTROLS_WIDTH = 288;
const GAP = 24;
/** More than four times the pixels of most networks shows no more. */
const LARGEST_SIDE = 1120;
const SMALLEST_SIDE = 320;

/** What stands above and below the image when all of it is in sight. */
const OTHER_HEIGHT = 508;

/** What the network makes of the image that is looked at. */
export function SegmentationPart({ lab, width }: Props): JSX.Element {
  const choice = useLab((state) => state.output);
  const segmentation = useSegmentation(lab, choice);
  const kind = lab.model.outputs.find(({ name }) => name === choice?.name)?.kind ?? "map";
  useKeptRun(choice, segmentation, kind === "map");
  const hasRoomBeside = width >= 2 * CONTROLS_WIDTH;
  const windowHeight = useWindowHeight();
  const room = hasRoomBeside
    ? Math.min(width - CONTROLS_WIDTH - GAP, Math.max(SMALLEST_SIDE, windowHeight - OTHER_HEIGHT))
    : width;
  const side = Math.min(room, LARGEST_SIDE);
  return (
    <div
      className="lab-segmentation"
      data-wide={hasRoomBeside}
      style={hasRoomBeside ? { gridTemplateColumns: `${side}px minmax(0, 1fr)` } : undefined}
    >
      <div className="lab-large">
        {segmentation === null ? (
          <div className="lab-room" aria-hidden="true" />
        ) : (
          <LargeImage
            segmentation={segmentation}
            choice={kind === "map" ? choice : null}
            side={side}
          />
        )}
        <RunStatus />
        {lab.model.remarks.map((remark) => (
          <p key={remark} className="small muted" data-preview>
            {remark}
          </p>
        ))}
      </div>
      {segmentation !== null && choice !== null && (
        <div className="lab-controls">
          {kind === "map" && <RunNumbers segmentation={segmentation} choice={choice} />}
          <OutputControls
            outputs={lab.model.outputs}
            choice={choice}
            reading={segmentation.reading}
          />
          {kind === "map" ? (
            <>
              <OverlayControls
                ways={waysOf(segmentation.output.channels, segmentation.reading, choice)}
              />
              <MaskField given={segmentation.mask} choice={choice} />
            </>
          ) : (
            <VectorOutput output={segmentation.output} reading={segmentation.reading} />
          )}
          <LabEngineField />
        </div>
      )}
    </div>
  );
}

/** Every number on the page is in the exported results as well. */
function useKeptRun(
  choice: OutputChoice | null,
  segmentation: Segmentation | null,
  isMap: boolean,
): void {
  const { milliseconds, engine } = useLab((state) => state.run);
  const measured = useLab((state) => state.engine?.measured ?? null);
  useEffect(() => {
    if (segmentation === null || choice === null || milliseconds === null) return;
    if (engine === null) return;
    const { share, dice, classes } = segmentation;
    const threshold = isMap && choice.marks === "threshold" ? choice.threshold : null;
    const marked = isMap ? share : null;
    keepRun({ threshold, marked, dice, classes, milliseconds, engine: { ...engine, measured } });
  }, [segmentation, choice, milliseconds, isMap, engine, measured]);
}
