import { type JSX, useMemo, useState } from "react";
import { useStore } from "zustand";
import "./test/test.css";
import { usePage } from "../hooks/usePage.ts";
import type { ShownAnalysis } from "../hooks/useShownAnalysis.ts";
import { groupTitle } from "../words/groupWords.ts";
import { listText } from "../words/listText.ts";
import { isSameSlice } from "./heldMaps.ts";
import { useLab } from "./labStore.ts";
import type { ReadyLab } from "./readyLab.ts";
import { TestForm } from "./test/TestForm.tsx";
import { TestResult } from "./test/TestResult.tsx";
import { type TestChoice, USUAL_TEST } from "./test/testChoice.ts";
import { expectedTime, fixedByReason, testPlan, timePerSlice } from "./test/testPlan.ts";
import { cancelTest, runTest, testedSlices, testKey, testStore } from "./test/testRuns.ts";
import { beforehandSentence, progressSentence } from "./test/testWords.ts";

interface Props {
  readonly shown: ShownAnalysis;
  readonly lab: ReadyLab;
  /** Inner width of the view, px. */
  readonly width: number;
}

/** Puts clinical filters, and controls, in the place of kernels, and looks at what is left. */
export function TestPanel({ shown: { analysis }, lab, width }: Props): JSX.Element {
  const key = testKey(analysis);
  const run = useStore(testStore, (state) => state[key] ?? null);
  const [choice, setChoice] = useState<TestChoice>(run?.choice ?? USUAL_TEST);
  const selection = usePage((state) => state.selection);
  const milliseconds = useLab((state) => state.run.milliseconds);
  const names = useMemo(
    () => analysis.layers.map(({ description }) => description.name),
    [analysis],
  );
  const layer = selection.layer ?? names[0] ?? "";
  const { group } = selection;
  const groupName = group === null ? null : groupNameOf(groupTitle(analysis, group), group.layer);
  const plan = useMemo(
    () => testPlan(analysis, lab.model.layers, choice, { layer, group }),
    [analysis, lab.model, choice, layer, group],
  );
  const looked = lab.testSet.find(({ slice }) => isSameSlice(slice, lab.slice)) ?? null;
  const slices = testedSlices(lab.testSet, looked, choice);
  const isRunning = run?.state === "running";
  const start = () =>
    void runTest({
      ...{ analysis, choice, plan, slices },
      client: lab.client,
      output: lab.output,
      groupName: choice.place === "group" ? groupName : null,
    });
  // A test that has run tells it better than the first run of a network, which warms up.
  const rate = run === null ? milliseconds : (timePerSlice(run) ?? milliseconds);
  const time = rate === null ? null : expectedTime(plan, slices.length, rate);
  const isOfMaps = lab.model.outputs.find(({ name }) => name === lab.output.name)?.kind === "map";
  const canRun = plan.trials.length > 0 && slices.length > 0;
  return (
    <div className="test-panel">
      <p className="test-words">
        If this network's kernels (its small stencils of numbers) are the filters that you know,
        those filters can take their place. Here they do: kernels are replaced, the network runs
        again, and the chart shows how much of {isOfMaps ? "what it marks" : "its answer"} is left.
        Random numbers in the same place are the control: where they do as well, the test says
        nothing about filters.
      </p>
      <div data-preview="">
        <div className="test-start">
          {/* One button for all states, so that it keeps the focus. */}
          <button
            type="button"
            className={isRunning ? "button" : "button button-primary"}
            data-testid="run-test"
            disabled={!isRunning && !canRun}
            onClick={isRunning ? () => cancelTest(analysis) : start}
          >
            {isRunning ? "Cancel" : startText(choice, run !== null)}
          </button>
          <p className="small">
            {isRunning && run !== null
              ? progressSentence(run, performance.now())
              : beforehandSentence(plan, slices.length, time)}
          </p>
        </div>
        <progress
          className="test-progress"
          value={isRunning ? run.share : 0}
          data-shown={isRunning}
          aria-label="Testing"
          aria-hidden={!isRunning}
        />
        <details className="test-choices">
          <summary>Choose what is tested</summary>
          <TestForm
            choice={choice}
            onChoice={setChoice}
            layers={names}
            {...{ layer, groupName }}
            slices={lab.testSet.length}
          />
        </details>
        {plan.fixed.length > 0 && (
          <details open={plan.trials.length === 0}>
            <summary>Layers that stay as they are: {plan.fixed.length}</summary>
            <ul className="small">
              {fixedByReason(plan).map(({ why, layers }) => (
                <li key={why}>
                  <strong>{listText(layers)}</strong>: {why}
                </li>
              ))}
            </ul>
          </details>
        )}
      </div>
      <p className="visually-hidden" aria-live="polite">
        {run === null ? "" : isRunning ? "The test is running." : "The test has ended."}
      </p>
      {run !== null && <TestResult key={key} analysis={analysis} run={run} width={width} />}
    </div>
  );
}

function startText({ place }: TestChoice, hasRun: boolean): string {
  if (hasRun) return "Run it again";
  switch (place) {
    case "layers":
      return "Test every layer";
    case "layer":
      return "Test this layer";
    case "group":
      return "Test these kernels";
  }
}

/** "Cluster 2 of encoder.0.conv1". */
function groupNameOf(title: string, layer: string | null): string {
  return layer === null ? title : `${title} of ${layer}`;
}
