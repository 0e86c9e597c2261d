import type { Analysis } from "../../../core/analysis/analysis.ts";
import type { KernelGroup } from "../../../core/selection/kernelGroup.ts";
import { groupMembers, memberCount } from "../../../core/selection/membership.ts";
import { planTrials, type TrialPlan } from "../../../core/substitution/planTrials.ts";
import type { TrialTarget } from "../../../core/substitution/trial.ts";
import type { LabLayer } from "../../../worker/lab/protocol.ts";
import { replacementsOf, type TestChoice } from "./testChoice.ts";

/** What is run, one line of the chart after the other. */
export interface TestPlan extends TrialPlan {
  /** Layers that stay as they are, and why. */
  readonly fixed: readonly { readonly layer: string; readonly why: string }[];
}

/** What else a test depends on, chosen elsewhere on the page. */
export interface TestPlaces {
  /** Name of the layer that is looked at. */
  readonly layer: string;
  readonly group: KernelGroup | null;
}

const NOT_RUN = "It is no part of what runs.";

/** The kernels of a layer that a test is about; null if there are none. */
function targetOf(
  analysis: Analysis,
  index: number,
  group: KernelGroup | null,
): TrialTarget | null {
  const layer = analysis.layers[index].description.name;
  if (group === null) return { layer, members: null, labels: null };
  if (memberCount(analysis, index, group) === 0) return null;
  // Shared between callers: the worker's copy must not turn into another one's.
  return { layer, members: groupMembers(analysis, index, group).slice(), labels: null };
}

/** All runs of a test, in network order, all layers at once at the end. */
export function testPlan(
  analysis: Analysis,
  layers: readonly LabLayer[],
  choice: TestChoice,
  { layer, group }: TestPlaces,
): TestPlan {
  const reasons = new Map(layers.map((one) => [one.layer, one.fixed]));
  const targets: TrialTarget[] = [];
  const fixed: { layer: string; why: string }[] = [];
  for (const [index, { description }] of analysis.layers.entries()) {
    const { name } = description;
    if (choice.place === "layer" && name !== layer) continue;
    if (choice.place === "group" && group === null) continue;
    const target = targetOf(analysis, index, choice.place === "group" ? group : null);
    if (target === null) continue;
    const why = reasons.get(name);
    if (why === null) targets.push(target);
    else fixed.push({ layer: name, why: why ?? NOT_RUN });
  }
  return { ...planTrials(targets, replacementsOf(choice)), fixed };
}

/** A reason why layers stay as they are, and those that it holds for. */
export interface FixedLayers {
  readonly why: string;
  readonly layers: readonly string[];
}

/** Of a quantized network each layer has the same reason: it is told once. */
export function fixedByReason({ fixed }: Pick<TestPlan, "fixed">): readonly FixedLayers[] {
  const reasons = [...new Set(fixed.map(({ why }) => why))];
  return reasons.map((why) => ({
    why,
    layers: fixed.filter((one) => one.why === why).map(({ layer }) => layer),
  }));
}

/** Time that a test takes, milliseconds: the network as it is, then every run, on every slice. */
export function expectedTime(plan: TestPlan, slices: number, millisecondsPerSlice: number): number {
  return (plan.trials.length + 1) * slices * millisecondsPerSlice;
}

/** What one slice took in a test that is over, milliseconds; null where nothing has run. */
export function timePerSlice({
  milliseconds,
  trials,
  slices,
}: {
  readonly milliseconds: number | null;
  readonly trials: readonly unknown[];
  readonly slices: number;
}): number | null {
  if (milliseconds === null || trials.length === 0 || slices === 0) return null;
  return milliseconds / ((trials.length + 1) * slices);
}
