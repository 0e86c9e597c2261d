import type { JSX, KeyboardEvent, ReactNode } from "react";
import type { LabModel } from "../../worker/lab/protocol.ts";
import { ViewBoundary } from "../errors/ViewBoundary.tsx";
import type { ShownAnalysis } from "../hooks/useShownAnalysis.ts";
import { KernelPanel } from "./KernelPanel.tsx";
import type { LabPart } from "./labState.ts";
import { labStore, useLab } from "./labStore.ts";
import type { ReadyLab } from "./readyLab.ts";
import { SegmentationPart } from "./SegmentationPart.tsx";
import { TestPanel } from "./TestPanel.tsx";
import { TestWithoutImages } from "./test/TestWithoutImages.tsx";
import { useReadyLab } from "./useReadyLab.ts";

interface Props {
  readonly shown: ShownAnalysis;
  readonly width: number;
}

const PARTS: readonly LabPart[] = ["segmentation", "kernel", "test"];

/** Of a network without maps nothing is segmented: it gives out numbers. */
function titleOf(part: LabPart, model: LabModel | null): string {
  switch (part) {
    case "segmentation":
      return model?.outputs.every(({ kind }) => kind === "vector") ? "Output" : "Segmentation";
    case "kernel":
      return "A kernel at work";
    case "test":
      return "Put to the test";
  }
}

const PANEL_ID = "lab-part";

function partTabId(part: LabPart): string {
  return `lab-tab-${part}`;
}

interface LabPartsProps extends Props {
  /** The images, which all parts have in common: above them, so that they stay where they are. */
  readonly children: ReactNode;
}

/** What can be done with an image, one thing at a time. */
export function LabParts({ shown, width, children }: LabPartsProps): JSX.Element {
  const lab = useReadyLab();
  const part = useLab((state) => state.part);
  return (
    <div className="lab-parts">
      <PartTabs part={part} />
      {children}
      <div
        role="tabpanel"
        id={PANEL_ID}
        aria-labelledby={partTabId(part)}
        className="lab-part"
        data-testid={`lab-part-${part}`}
      >
        <ViewBoundary resetKey={part}>
          {lab !== null && (
            <>
              <h3 className="lab-part-title visually-hidden">{titleOf(part, lab.model)}</h3>
              <Part part={part} shown={shown} lab={lab} width={width} />
            </>
          )}
          {lab === null && part === "test" && (
            <TestWithoutImages analysis={shown.analysis} width={width} />
          )}
        </ViewBoundary>
      </div>
    </div>
  );
}

interface PartProps extends Props {
  readonly part: LabPart;
  readonly lab: ReadyLab;
}

function Part({ part, shown, lab, width }: PartProps): JSX.Element {
  switch (part) {
    case "segmentation":
      return <SegmentationPart lab={lab} width={width} />;
    case "kernel":
      return <KernelPanel shown={shown} lab={lab} width={width} />;
    case "test":
      return <TestPanel shown={shown} lab={lab} width={width} />;
  }
}

/** Tabs as in the ARIA practices: one stop for Tab, arrows inside. */
function PartTabs({ part }: { readonly part: LabPart }): JSX.Element {
  const model = useLab((state) => state.model);
  const show = (next: LabPart) => labStore.setState({ part: next });
  const onKeyDown = (event: KeyboardEvent) => {
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (step === 0) return;
    event.preventDefault();
    const at = PARTS.indexOf(part);
    const next = PARTS[(at + step + PARTS.length) % PARTS.length];
    if (next === undefined) return;
    show(next);
    document.getElementById(partTabId(next))?.focus();
  };
  return (
    <div
      className="view-tabs lab-tabs"
      role="tablist"
      aria-label="Parts of the lab"
      onKeyDown={onKeyDown}
    >
      {PARTS.map((one) => (
        <button
          key={one}
          id={partTabId(one)}
          type="button"
          role="tab"
          aria-selected={one === part}
          aria-controls={PANEL_ID}
          tabIndex={one === part ? 0 : -1}
          onClick={() => show(one)}
        >
          {titleOf(one, model)}
        </button>
      ))}
    </div>
  );
}
