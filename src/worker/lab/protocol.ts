import type { Feature } from "../../core/features/clinicalKernels.ts";
import type {
  ImageFormatId,
  Picture,
  Plane,
  SliceStack,
  ValueWindow,
} from "../../core/images/image.ts";
import type { Size } from "../../core/images/placement.ts";
import type { PreparedMask } from "../../core/images/preparedMask.ts";
import type { NetworkInput, Preprocessing } from "../../core/images/preprocessing.ts";
import type { ChanceLikeness } from "../../core/maps/chanceLikeness.ts";
import type { LabelledMask, MaskLabel } from "../../core/maps/maskLabel.ts";
import type { MaskRule } from "../../core/maps/maskRule.ts";
import type {
  Agreement,
  SubstitutionResult,
  Trial,
  TrialResult,
} from "../../core/substitution/trial.ts";
import type { Orientation } from "../../core/values/orientations.ts";
import type { ModelInput, PickedFile } from "../protocol.ts";

/**
 * What the page asks of the lab's worker, and what comes back. A lab runs one network on
 * images; both stay in the worker, and pictures and maps leave it when they are asked for.
 */
export interface LabCalls {
  /** Reads the network and starts ONNX Runtime; once, before all that runs. */
  readonly open: { readonly request: OpenLabRequest; readonly result: LabModel };
  /** Another choice of what computes; in force at once, or after the next run if it has to be tried. */
  readonly engine: {
    readonly request: { readonly choice: ProviderChoice };
    readonly result: EngineReport;
  };
  /** Reads images; those that cannot be read are told and do not hinder the others. */
  readonly images: { readonly request: ImagesRequest; readonly result: ReadImages };
  readonly forget: { readonly request: { readonly image: string }; readonly result: null };
  /** One slice, to be shown in small: whole ones stay in the worker. */
  readonly picture: { readonly request: PictureRequest; readonly result: Picture };
  /** A mask as it lies over what the network makes of a slice. */
  readonly mask: { readonly request: MaskRequest; readonly result: PlacedMask };
  readonly run: { readonly request: RunRequest; readonly result: RunResult };
  readonly kernel: { readonly request: KernelRequest; readonly result: KernelAtWork };
  readonly maps: { readonly request: LayerMapsRequest; readonly result: LayerMaps };
  readonly substitute: {
    readonly request: SubstitutionRequest;
    readonly result: SubstitutionResult;
  };
}

export interface OpenLabRequest {
  readonly input: ModelInput;
  /** What a person wants it computed by; left out, the fastest. */
  readonly choice?: ProviderChoice;
  /** What was found for this network and choice in a worker that has ended; left out, nothing. */
  readonly known?: EngineReport;
}

/** What ONNX Runtime computes with: the processor, by WebAssembly, or the graphics processor. */
export type LabProvider = "wasm" | "webgpu";

/** One that a person insists on, or the fastest. */
export type ProviderChoice = LabProvider | "auto";

export interface LabEngine {
  readonly provider: LabProvider;
  /** Of the processor; 1 where the graphics processor computes. */
  readonly threads: number;
}

/** What computes, and how that was decided. */
export interface EngineReport {
  /** What computes the next run, unless it fails. */
  readonly engine: LabEngine;
  /** False while the graphics processor may still be found to be faster. */
  readonly isDecided: boolean;
  /** One run of this network on the same image with each, in milliseconds; null if not measured. */
  readonly measured: Readonly<Record<LabProvider, number>> | null;
  /** A sentence that a person should read; null if there is none. */
  readonly remark: string | null;
}

/** The network as the lab knows it. */
export interface LabModel {
  readonly input: NetworkInput;
  readonly outputs: readonly LabOutput[];
  readonly layers: readonly LabLayer[];
  readonly engine: EngineReport;
  readonly remarks: readonly string[];
}

export interface LabOutput {
  readonly name: string;
  /** `map`: an image per channel; `vector`: a number per channel (classifiers). */
  readonly kind: "map" | "vector";
  readonly channels: number;
}

export interface LabLayer {
  /** Name in `Analysis.layers`. */
  readonly layer: string;
  /** Why its kernels cannot be replaced; null if they can. */
  readonly fixed: string | null;
}

/** Files that a person chose, or files of this site. */
export interface ImagesRequest {
  readonly files: readonly ImageFile[];
}

export type ImageFile = PickedFile | { readonly url: string; readonly name: string };

export interface ReadImages {
  readonly images: readonly ImageInfo[];
  readonly failed: readonly { readonly name: string; readonly message: string }[];
}

/** What the page knows of an image: nothing that a header says of a person. */
export interface ImageInfo {
  readonly id: string;
  /** File name. */
  readonly name: string;
  readonly format: ImageFormatId;
  readonly stacks: readonly ImageStack[];
  readonly range: ValueWindow;
  readonly window: ValueWindow | null;
  readonly channels: number;
  readonly remarks: readonly string[];
}

/** Slices of one plane; those of a volume's planes have different sizes. */
export interface ImageStack extends SliceStack, Size {}

export interface SliceRef {
  readonly image: string;
  readonly plane: Plane;
  readonly index: number;
}

export interface PictureRequest extends SliceRef {
  /** Longer side, pixels; larger pictures are made smaller. */
  readonly side: number;
}

export interface MaskRequest {
  readonly mask: SliceRef;
  /** The slice that it is the right answer for, as the network gets it. */
  readonly of: RunRequest;
  /** Of the output that it is compared with. */
  readonly size: Size;
}

/** A mask, pixel by pixel of an output, and what its labels may mean. */
export interface PlacedMask extends PreparedMask, LabelledMask {
  /** Colours by label, 0xrrggbb, where labels are the numbers of a palette; else null. */
  readonly palette: readonly number[] | null;
  /** Of the mask's slice and of the image's, pixels. */
  readonly own: Size;
  readonly image: Size;
}

export interface RunRequest {
  readonly slice: SliceRef;
  readonly preprocessing: Preprocessing;
}

/** Channels one after the other, each row-major. */
export interface Maps {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  readonly values: Float32Array;
}

export interface RunResult {
  /** What the network was given. */
  readonly input: Maps;
  /** Outputs in the order of `LabModel.outputs`; of a vector, maps of 1 x 1. */
  readonly outputs: readonly Maps[];
  readonly milliseconds: number;
  /** What computed it. */
  readonly engine: LabEngine;
}

export interface KernelRequest extends RunRequest {
  readonly layer: string;
  /** Index in `AnalysedLayer.kernels`. */
  readonly kernel: number;
  readonly features: readonly Feature[];
}

/** One kernel at work on one image. */
export interface KernelAtWork {
  readonly inputChannel: number;
  readonly outputChannel: number;
  /** The map that the kernel receives. */
  readonly input: Maps;
  /** What the kernel alone makes of it. */
  readonly own: Maps;
  /** The whole output channel: all its kernels summed, bias, normalisation and activation. */
  readonly channel: Maps;
  /** Whether `channel` is taken after the activation. */
  readonly isActivated: boolean;
  /** Pearson correlation of `own` and `channel`; null where one of them is constant. */
  readonly channelCorrelation: number | null;
  /** Clinical features on the same input, best correlation (by size) first. */
  readonly features: readonly FeatureAtWork[];
  /** What random kernels reach on the same input; null where that cannot be told. */
  readonly chance: ChanceLikeness | null;
}

export interface FeatureAtWork {
  readonly feature: string;
  /** The feature as the kernel's best fit lies and is scaled, sign included. */
  readonly orientation: Orientation;
  readonly scale: number;
  readonly map: Maps;
  /** Pearson correlation with `KernelAtWork.own`, -1..1; null where one is constant. */
  readonly correlation: number | null;
}

export interface LayerMapsRequest extends RunRequest {
  readonly layer: string;
}

export interface LayerMaps {
  readonly maps: Maps;
  readonly isActivated: boolean;
}

export interface SubstitutionRequest {
  readonly slices: readonly TestedSlice[];
  readonly output: TestedOutput;
  readonly features: readonly Feature[];
  /** For layers without given labels: sorted spectra of this grid, at this threshold. */
  readonly labels: { readonly grid: number; readonly threshold: number };
  readonly trials: readonly Trial[];
}

/** Which output is tested, and which of its pixels belong to the mask. */
export interface TestedOutput {
  readonly name: string;
  readonly rule: MaskRule;
  /** What of the masks is the right answer; left out, what is proposed. */
  readonly label?: MaskLabel;
}

/** One slice, prepared as its own image is: a volume and a picture may need different windows. */
export interface TestedSlice extends RunRequest {
  /** The right answer, where there is one. */
  readonly mask: SliceRef | null;
}

/** What a call reports while it runs. */
export type LabEvent =
  /** Shares 0..1 of reading the model, loading ONNX Runtime, reading images or running. */
  | { readonly kind: "progress"; readonly step: LabStep; readonly share: number }
  /** A trial has ended; the chart grows as they come. */
  | { readonly kind: "trial"; readonly original: Agreement; readonly result: TrialResult };

export type LabStep = "reading" | "starting" | "images" | "running";
