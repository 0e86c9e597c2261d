import type { ErrorCode } from "../../core/errors.ts";
import type { Plane } from "../../core/images/image.ts";
import type { Preprocessing } from "../../core/images/preprocessing.ts";
import type { MaskLabel } from "../../core/maps/maskLabel.ts";
import type { MaskRule } from "../../core/maps/maskRule.ts";
import type {
  EngineReport,
  ImageInfo,
  LabEngine,
  LabModel,
  LabStep,
  ProviderChoice,
} from "../../worker/lab/protocol.ts";

/** `closed`: no network is held; the others as they say. */
export type LabPhase = "closed" | "opening" | "ready" | "failed" | "cancelled";

export type LabPart = "segmentation" | "kernel" | "test";

export interface LabProgress {
  readonly step: LabStep;
  /** 0..1 */
  readonly share: number;
}

export interface LabError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly details: string;
}

/** What is looked at of one image. */
export interface SlicePlace {
  readonly plane: Plane;
  readonly index: number;
}

export interface FailedImage {
  readonly name: string;
  readonly message: string;
}

/** One run of the network on the slice that is looked at; its maps are held by the lab. */
export interface RunState {
  readonly phase: "idle" | "running" | "done" | "failed" | "cancelled";
  readonly error: LabError | null;
  /** Of the last run that ended well. */
  readonly milliseconds: number | null;
  /** What computed it. */
  readonly engine: LabEngine | null;
}

export const NO_RUN: RunState = { phase: "idle", error: null, milliseconds: null, engine: null };

/** Which output is drawn, and where it is cut. */
export interface OutputChoice {
  readonly name: string;
  readonly channel: number;
  /** In the output's own values, whatever they are shown as. */
  readonly threshold: number;
  /** Shown as 1 / (1 + exp(-value)): for outputs that are logits. */
  readonly showsSigmoid: boolean;
  /** What makes a pixel belong. */
  readonly marks: MaskRule["kind"];
  /** The class that is looked at, where one channel names classes by numbers. */
  readonly classNumber: number;
}

/** What a person changed about the preprocessing that is proposed for each image. */
export interface PreprocessingEdits {
  /** Of images without edits of their own, those to come as well. */
  readonly all: Partial<Preprocessing>;
  /** By ids of images; none of `all` holds for these. */
  readonly own: Readonly<Record<string, Partial<Preprocessing>>>;
}

/**
 * What the large picture shows. `classes`: the image, and over it every class in a colour of its
 * own; `marked`: over it what is marked; `image`: that alone; `values`: the chosen channel of the
 * output itself; `colours`: its three channels.
 */
export type Drawn = "classes" | "marked" | "image" | "values" | "colours";

export interface OverlayChoice {
  readonly drawn: Drawn;
  /** Of what is marked, 0..1. */
  readonly opacity: number;
}

/** Plain JSON; the network, files and maps are held outside. Never part of a session or an export. */
export interface LabState {
  readonly phase: LabPhase;
  readonly progress: LabProgress | null;
  readonly error: LabError | null;
  readonly model: LabModel | null;
  readonly images: readonly ImageInfo[];
  readonly failed: readonly FailedImage[];
  /** Share of the images that are being read; null while none are. */
  readonly reading: number | null;
  /** Id of the image that is looked at. */
  readonly current: string | null;
  readonly slices: Readonly<Record<string, SlicePlace>>;
  /** Ids of masks by the ids of the images that they belong to. */
  readonly masks: Readonly<Record<string, string>>;
  /** What of a mask a person said to be the right answer, by class; others as proposed. */
  readonly maskLabels: Readonly<Record<number, MaskLabel>>;
  readonly edits: PreprocessingEdits;
  readonly isEditing: boolean;
  readonly output: OutputChoice | null;
  readonly overlay: OverlayChoice;
  readonly run: RunState;
  /** What a person wants networks to be run by. */
  readonly engineChoice: ProviderChoice;
  /** What runs this network from now on; null until it is open. */
  readonly engine: EngineReport | null;
  readonly part: LabPart;
}

/** What stays when another network is opened is the person's way of looking. */
export const CLOSED_LAB: LabState = {
  phase: "closed",
  progress: null,
  error: null,
  model: null,
  images: [],
  failed: [],
  reading: null,
  current: null,
  slices: {},
  masks: {},
  maskLabels: {},
  edits: { all: {}, own: {} },
  isEditing: false,
  output: null,
  overlay: { drawn: "classes", opacity: 0.45 },
  run: NO_RUN,
  engineChoice: "auto",
  engine: null,
  part: "segmentation",
};
