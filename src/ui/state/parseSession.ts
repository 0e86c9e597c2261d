import { checkSettings } from "../../core/analysis/checkSettings.ts";
import { DEFAULT_SETTINGS, type Settings } from "../../core/analysis/settings.ts";
import { ConvAtlasError } from "../../core/errors.ts";
import type { Feature } from "../../core/features/clinicalKernels.ts";
import { parseFeatures } from "../../core/features/featureFile.ts";
import { NO_CORRECTIONS } from "../../core/network/corrections.ts";
import { parseCorrections } from "../../core/network/correctionsFile.ts";
import type { KernelGroup } from "../../core/selection/kernelGroup.ts";
import {
  type Choices,
  FIRST_CHOICES,
  NOTHING_SELECTED,
  type PlotChoice,
  type Selection,
} from "./choices.ts";
import { featuresOf } from "./features.ts";
import { SESSION_SCHEMA, type Session, type SessionModel } from "./session.ts";

/** A longer text is no session of ours: 100 own features and a long outline make some 30 kB. */
const MOST_CHARACTERS = 1_000_000;

/** Corners of an outline, or kernels picked one by one, that a session may name. */
const MOST_NUMBERS = 100_000;

/** Channels and kernels beyond this are typing errors. */
const LARGEST_INDEX = 2 ** 31;

type JsonObject = Readonly<Record<string, unknown>>;

/**
 * A session from a link or a picture. It comes from outside: every entry is checked, and unknown
 * ones are left out.
 *
 * @param from what it came in, for the error: "this link", "picture.png".
 * @throws ConvAtlasError `malformed`, or `bad-setting` for settings out of their range.
 */
export function parseSession(text: string, from: string): Session {
  const read = new SessionReader(from);
  const root = read.root(text);
  return {
    model: read.model(root.model, "model"),
    choices: read.choices(root),
    compared: root.compared == null ? null : read.model(root.compared, "second model"),
  };
}

class SessionReader {
  readonly #from: string;

  constructor(from: string) {
    this.#from = from;
  }

  #bad(what: string): ConvAtlasError {
    return new ConvAtlasError(
      "malformed",
      `The view kept in ${this.#from} cannot be read: ${what}. Open the model itself instead.`,
    );
  }

  root(text: string): JsonObject {
    if (text.length > MOST_CHARACTERS) throw this.#bad("it is too long");
    let json: unknown;
    try {
      json = JSON.parse(text);
    } catch {
      throw this.#bad("it is damaged");
    }
    const root = this.#object(json, "it");
    if (root.schema !== SESSION_SCHEMA) throw this.#bad("it is of another version of ConvAtlas");
    return root;
  }

  model(value: unknown, which: "model" | "second model"): SessionModel {
    const model = this.#object(value, `its ${which}`);
    const sha256 = this.#text(model.sha256, `the ${which}'s hash`);
    if (!/^([0-9a-f]{64})?$/.test(sha256)) throw this.#bad(`the ${which}'s hash is none`);
    const sample = model.sample == null ? null : this.#text(model.sample, "the sample's name");
    if (sha256 === "" && sample === null) throw this.#bad(`it does not say of which ${which}`);
    return { name: this.#text(model.name, `the ${which}'s name`), sha256, sample };
  }

  choices(root: JsonObject): Choices {
    const ownFeatures = this.#features(root.ownFeatures);
    const settings = this.#settings(root.settings);
    checkSettings(settings, featuresOf(settings, ownFeatures));
    return {
      settings,
      ownFeatures,
      view: this.#oneOf(
        ["atlas", "layer", "labels", "table", "compare", "lab", "report"],
        root.view,
        FIRST_CHOICES.view,
      ),
      colourBy: this.#oneOf(
        ["cluster", "label", "nearest", "channel", "norm"],
        root.colourBy,
        FIRST_CHOICES.colourBy,
      ),
      plot: this.#plot(root.plot),
      selection: this.#selection(root.selection),
    };
  }

  #features(value: unknown): readonly Feature[] {
    if (value == null) return FIRST_CHOICES.ownFeatures;
    return parseFeatures(JSON.stringify(value), this.#from);
  }

  #settings(value: unknown): Settings {
    if (value == null) return DEFAULT_SETTINGS;
    const given = this.#object(value, "its settings");
    const first = DEFAULT_SETTINGS;
    return {
      features: this.#oneOf(["poster", "extended", "custom"], given.features, first.features),
      threshold: this.#number(given.threshold, first.threshold),
      grid: given.grid == null || given.grid === "layer" ? "layer" : this.#number(given.grid, 0),
      basis: this.#oneOf(["model", "layer"], given.basis, first.basis),
      normalisation: this.#oneOf(
        ["none", "unit", "unit-signed"],
        given.normalisation,
        first.normalisation,
      ),
      clusters: this.#number(given.clusters, first.clusters),
      compare: this.#oneOf(["sorted", "response"], given.compare, first.compare),
      inputSize: this.#number(given.inputSize, first.inputSize),
      corrections:
        given.corrections == null
          ? NO_CORRECTIONS
          : parseCorrections(JSON.stringify(given.corrections), this.#from),
    };
  }

  #plot(value: unknown): PlotChoice {
    if (value == null) return FIRST_CHOICES.plot;
    const given = this.#object(value, "its plot");
    const axes = this.#numbers(given.axes, 3, 3).map((axis) => axis);
    const [across, up, towards] = axes;
    const isOrder = [0, 1, 2].every((axis) => axes.includes(axis));
    if (!isOrder) throw this.#bad("its axes are not those of a plot");
    return {
      dimensions: given.dimensions === 3 ? 3 : 2,
      axes: [across, up, towards],
      turn: this.#number(given.turn, FIRST_CHOICES.plot.turn),
      tilt: this.#number(given.tilt, FIRST_CHOICES.plot.tilt),
    };
  }

  #selection(value: unknown): Selection {
    if (value == null) return NOTHING_SELECTED;
    const given = this.#object(value, "its selection");
    return {
      layer: given.layer == null ? null : this.#text(given.layer, "a layer's name"),
      kernel: given.kernel == null ? null : this.#index(given.kernel),
      group: given.group == null ? null : this.#group(this.#object(given.group, "its selection")),
    };
  }

  #group(given: JsonObject): KernelGroup {
    const layer = () => this.#text(given.layer, "a layer's name");
    const layerOrAll = given.layer == null ? null : layer();
    switch (given.kind) {
      case "cluster":
        return { kind: "cluster", layer: layer(), cluster: this.#index(given.cluster) };
      case "label":
        return { kind: "label", layer: layerOrAll, label: this.#text(given.label, "a label") };
      case "nearest": {
        const feature = this.#text(given.feature, "a filter's name");
        return { kind: "nearest", layer: layerOrAll, feature };
      }
      case "channel": {
        const side = this.#oneOf(["in", "out"], given.side, "in");
        return { kind: "channel", layer: layer(), side, channel: this.#index(given.channel) };
      }
      case "region": {
        const [across, up] = this.#numbers(given.axes, 2, 2);
        const polygon = this.#numbers(given.polygon, 6, MOST_NUMBERS);
        return { kind: "region", layer: layer(), axes: [across, up], polygon };
      }
      case "kernels": {
        const kernels = this.#numbers(given.kernels, 0, MOST_NUMBERS).map((one) =>
          this.#index(one),
        );
        return { kind: "kernels", layer: layer(), kernels };
      }
      default:
        throw this.#bad("its selection is of an unknown kind");
    }
  }

  #object(value: unknown, what: string): JsonObject {
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
    if (!isObject) throw this.#bad(`${what} is not an object`);
    return value as JsonObject;
  }

  #text(value: unknown, what: string): string {
    if (typeof value !== "string") throw this.#bad(`${what} is not a text`);
    return value;
  }

  #number(value: unknown, absent: number): number {
    if (value == null) return absent;
    if (typeof value !== "number" || !Number.isFinite(value)) {
      throw this.#bad("a number in it is none");
    }
    return value;
  }

  #index(value: unknown): number {
    const index = this.#number(value, -1);
    if (!(Number.isInteger(index) && index >= 0 && index < LARGEST_INDEX)) {
      throw this.#bad("a number in its selection is out of range");
    }
    return index;
  }

  #numbers(value: unknown, fewest: number, most: number): readonly number[] {
    const isList = Array.isArray(value) && value.length >= fewest && value.length <= most;
    if (!isList || !value.every((one) => typeof one === "number" && Number.isFinite(one))) {
      throw this.#bad("a list of numbers in it is none");
    }
    return value;
  }

  /** An unknown word is left at the default: a later version may know more of them. */
  #oneOf<Word extends string>(words: readonly Word[], value: unknown, absent: Word): Word {
    return words.find((word) => word === value) ?? absent;
  }
}
