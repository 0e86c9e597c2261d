/** Image formats that can be read, by content. */
export type ImageFormatId = "png" | "jpeg" | "webp" | "dicom" | "nifti";

/** One 2-D picture. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  /** 1 grey, 2 grey and opacity, 3 colour, 4 colour and opacity; opacity is 0..255 everywhere. */
  readonly channels: 1 | 2 | 3 | 4;
  /**
   * `height * width * channels` numbers, row-major, channels last, in the file's own scale
   * (0..255 of 8-bit pictures; DICOM and NIfTI after their slope and intercept). Finite.
   */
  readonly values: Float32Array;
}

/** Directions in which a volume can be cut; `frame` for what has no direction in space. */
export type Plane = "frame" | "axial" | "coronal" | "sagittal";

export interface SliceStack {
  readonly plane: Plane;
  readonly count: number;
}

/** Values shown from black to white. */
export interface ValueWindow {
  readonly low: number;
  readonly high: number;
}

/** The numbers that a file holds where what is seen are colours or greys made of them. */
export interface StoredNumbers {
  /** One channel, of the size of what is seen. */
  picture(): Picture;
  /** The colours of a palette by their numbers, 0xrrggbb; null where they are greys. */
  readonly palette: readonly number[] | null;
}

/**
 * What a file of images holds: pixels, and no word of who they are of. Lives in a
 * worker; pictures are made when they are asked for.
 */
export interface ReadImage {
  readonly format: ImageFormatId;
  /** At least one; the first is the one to show. */
  readonly stacks: readonly SliceStack[];
  /** Smallest and largest value of the file (of at least the middle slice of a large one). */
  readonly range: ValueWindow;
  /** The window that the file asks for; null if it does not. */
  readonly window: ValueWindow | null;
  /** Plain sentences about what was odd. */
  readonly remarks: readonly string[];
  /** What its picture is read by as a mask, whose labels they are; null: by what is seen. */
  readonly numbers: StoredNumbers | null;
  /**
   * A slice as a person looks at it: anterior (or superior) up, right of the patient at the
   * left where the file tells directions. The same object may be handed out again: its values are
   * not to be written to.
   * @param index 0 to count - 1 of that plane.
   */
  picture(plane: Plane, index: number): Promise<Picture>;
}
