import { throwIfCancelled } from "../../core/errors.ts";
import type { ExternalData } from "../../core/execution/executable.ts";
import { channelOf } from "../../core/maps/channelMaps.ts";
import { PooledDice } from "../../core/maps/diceCoefficient.ts";
import { PooledCorrelation } from "../../core/maps/mapCorrelation.ts";
import { type MaskRule, maskByRule } from "../../core/maps/maskRule.ts";
import { nextTurn } from "../../core/nextTurn.ts";
import { replacedKernels } from "../../core/substitution/replacedKernels.ts";
import { spectralLabels } from "../../core/substitution/spectralLabels.ts";
import type { Agreement, Trial, TrialResult } from "../../core/substitution/trial.ts";
import type { Feeds } from "./feeds.ts";
import { type BatchInput, type FedPicture, inputFeed } from "./inputFeed.ts";
import { type KernelsByLayer, type WeightSlot, weightFeeds } from "./layerWeights.ts";
import { mapsOf } from "./maps.ts";
import type { ShownOutput } from "./modelValues.ts";
import type { Maps, SubstitutionRequest } from "./protocol.ts";
import type { RunningModel } from "./session.ts";

/** All that trials take, as plain data: another worker can do a part of them. */
export interface TrialTask extends Pick<SubstitutionRequest, "features" | "labels" | "trials"> {
  /** The encoded model without the weights that are inputs. */
  readonly model: Uint8Array<ArrayBuffer>;
  readonly externalData: readonly ExternalData[];
  readonly input: BatchInput;
  readonly slots: readonly WeightSlot[];
  readonly slices: readonly ReadySlice[];
  readonly measured: MeasuredOutput;
}

/** What of the outputs is measured: of a map one channel, of a vector all numbers. */
export interface MeasuredOutput {
  readonly output: ShownOutput;
  /** Of a vector nothing is a mask. */
  readonly rule: MaskRule;
}

/** What one run of a slice gives: numbers to be correlated, and a mask; null for vectors. */
export interface Measured {
  readonly values: Float32Array;
  readonly mask: Uint8Array | null;
}

/** One slice, ready to be run again and again. */
export interface ReadySlice {
  readonly picture: FedPicture;
  /** Of the network as it is. */
  readonly values: Float32Array;
  /** The same as a mask; null for vectors. */
  readonly own: Uint8Array | null;
  /** 1, 0 or `LEFT_OUT` each; null where there is no right answer. */
  readonly right: Uint8Array | null;
}

/** Does the trials of one task, one after the other. */
export class TrialRunner {
  readonly #task: TrialTask;
  readonly #running: RunningModel;
  readonly #labels = new Map<string, Int8Array>();

  /** @param running the task's model, started. */
  constructor(task: TrialTask, running: RunningModel) {
    this.#task = task;
    this.#running = running;
  }

  /**
   * Runs all slices with the kernels of one trial.
   *
   * @param onRun called after each slice.
   * @throws ConvAtlasError `cannot-run`, `too-large`; `cancelled` within one run.
   */
  async run(index: number, onRun: () => void, signal: AbortSignal): Promise<TrialResult> {
    const { slots, slices, input, measured } = this.#task;
    const { kernels, replaced } = await this.#kernels(this.#task.trials[index], signal);
    const weights = weightFeeds(slots, kernels);
    const measures = new TrialMeasures();
    for (const slice of slices) {
      const feeds = { ...weights, ...inputFeed(input, slice.picture) };
      measures.add(slice, await measuredOutput(this.#running, feeds, measured));
      onRun();
      // Runs block the worker: between two of them it hears that it is cancelled.
      await nextTurn();
      throwIfCancelled(signal);
    }
    return { trial: index, replacedKernels: replaced, ...measures.agreement() };
  }

  /** The kernels of one trial, of the layers that it touches. */
  async #kernels(
    { targets, replacement }: Trial,
    signal: AbortSignal,
  ): Promise<{ kernels: KernelsByLayer; replaced: number }> {
    const kernels = new Map<string, Float32Array>();
    let replaced = 0;
    for (const { layer: name, members, labels } of targets) {
      const slot = this.#task.slots.find(({ layer }) => layer.name === name);
      if (slot === undefined) throw new Error(`the kernels of ${name} cannot be replaced`);
      // A layer may be named twice, with different kernels of it.
      const before = { ...slot.layer, kernels: kernels.get(name) ?? slot.layer.kernels };
      const isLabel = replacement.kind === "label";
      const made = replacedKernels(before, {
        replacement,
        members,
        features: this.#task.features,
        labels: isLabel ? (labels ?? this.#labelsOf(slot)) : null,
      });
      kernels.set(name, made.kernels);
      replaced += made.replaced;
      await nextTurn();
      throwIfCancelled(signal);
    }
    return { kernels, replaced };
  }

  #labelsOf({ layer }: WeightSlot): Int8Array {
    const { features, labels } = this.#task;
    const known = this.#labels.get(layer.name);
    const found = known ?? spectralLabels(layer, features, labels.grid, labels.threshold);
    this.#labels.set(layer.name, found);
    return found;
  }
}

/**
 * Sums over the slices of one trial. Against masks of nothing there is no Dice: whatever marks
 * nothing would agree with them best, zeros in place of all kernels before all.
 */
export class TrialMeasures {
  readonly #toMasks = new PooledDice();
  readonly #toOriginal = new PooledDice();
  readonly #correlation = new PooledCorrelation();
  #hasOwn = false;
  #hasRight = false;

  add(slice: Omit<ReadySlice, "picture">, { values, mask }: Measured): void {
    this.#correlation.add(values, slice.values);
    if (slice.own === null || mask === null) return;
    this.#toOriginal.add(mask, slice.own);
    this.#hasOwn ||= slice.own.includes(1);
    if (slice.right === null) return;
    this.#toMasks.add(mask, slice.right);
    this.#hasRight ||= slice.right.includes(1);
  }

  agreement(): Agreement {
    return {
      diceToMasks: this.#hasRight ? this.#toMasks.value() : null,
      diceToOriginal: this.#hasOwn ? this.#toOriginal.value() : null,
      correlation: this.#correlation.value(),
    };
  }
}

/** Runs a model for what is measured of it. */
export async function measuredOutput(
  running: RunningModel,
  feeds: Feeds,
  { output: { name, kind, layout, isBatched }, rule }: MeasuredOutput,
): Promise<Measured & { readonly map: Maps }> {
  const found = (await running.run(feeds, [name])).get(name);
  if (found === undefined) throw new Error(`ONNX Runtime made no ${name}`);
  const map = mapsOf(found, layout, isBatched);
  if (kind === "vector") return { values: map.values, mask: null, map };
  // A copy: what is kept between runs must not keep all channels with it.
  const values = channelOf(map, rule.channel).slice();
  return { values, mask: maskByRule(map, rule), map };
}
