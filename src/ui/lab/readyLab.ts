import type { Preprocessing } from "../../core/images/preprocessing.ts";
import type { LabClient } from "../../worker/lab/labClient.ts";
import type {
  ImageInfo,
  LabModel,
  SliceRef,
  TestedOutput,
  TestedSlice,
} from "../../worker/lab/protocol.ts";

/** A lab whose network runs and that has an image: what the parts of its view work with. */
export interface ReadyLab {
  readonly client: LabClient;
  readonly model: LabModel;
  /** Those to look at; masks are not among them. */
  readonly images: readonly ImageInfo[];
  /** What is looked at. */
  readonly slice: SliceRef;
  readonly preprocessing: Preprocessing;
  /** Which output is looked at, and which of its pixels are marked. */
  readonly output: TestedOutput;
  /** One slice of each image, prepared as its image is, with its mask where there is one. */
  readonly testSet: readonly TestedSlice[];
}
