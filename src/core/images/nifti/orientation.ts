import type { Plane } from "../image.ts";
import type { Affine } from "./header.ts";

/** A direction of the patient, and along which axis of the file it runs. */
export interface PatientAxis {
  /** 0, 1 or 2: first, second or third axis of the file. */
  readonly axis: 0 | 1 | 2;
  /** True where a larger index lies further right, anterior or superior. */
  readonly isAscending: boolean;
}

/** From the patient's left to right, posterior to anterior, inferior to superior. */
export interface Orientation {
  readonly right: PatientAxis;
  readonly anterior: PatientAxis;
  readonly superior: PatientAxis;
  /** Largest angle between a direction and the axis that stands for it, in degrees. */
  readonly tilt: number;
}

const AXES = [0, 1, 2] as const;
const PERMUTATIONS = [
  [0, 1, 2],
  [0, 2, 1],
  [1, 0, 2],
  [1, 2, 0],
  [2, 0, 1],
  [2, 1, 0],
] as const;

/** What is assumed of a file that does not tell. */
export const ASSUMED_ORIENTATION: Orientation = {
  right: { axis: 0, isAscending: true },
  anterior: { axis: 1, isAscending: true },
  superior: { axis: 2, isAscending: true },
  tilt: 0,
};

/**
 * The axes of the file nearest to those of the patient: of all six ways to pair them, the one
 * with the largest sum of cosines.
 */
export function orientationOf(affine: Affine): Orientation {
  const lengths = AXES.map((axis) => Math.hypot(...affine.map((row) => row[axis])));
  const cosine = (direction: number, axis: number) => affine[direction][axis] / lengths[axis];
  let best: readonly [0 | 1 | 2, 0 | 1 | 2, 0 | 1 | 2] = PERMUTATIONS[0];
  let bestSum = Number.NEGATIVE_INFINITY;
  for (const axes of PERMUTATIONS) {
    const sum = axes.reduce<number>(
      (total, axis, direction) => total + Math.abs(cosine(direction, axis)),
      0,
    );
    if (sum > bestSum) {
      best = axes;
      bestSum = sum;
    }
  }
  const of = (direction: 0 | 1 | 2): PatientAxis => ({
    axis: best[direction],
    isAscending: cosine(direction, best[direction]) >= 0,
  });
  const nearest = Math.min(
    ...AXES.map((direction) => Math.abs(cosine(direction, best[direction]))),
  );
  const tilt = (Math.acos(Math.min(1, nearest)) * 180) / Math.PI;
  return { right: of(0), anterior: of(1), superior: of(2), tilt };
}

/** How to walk through the voxels for a slice. */
export interface SliceAxes {
  /** Which axis the index of the slice counts along: from inferior, posterior or left on. */
  readonly through: PatientAxis;
  /** Along a row of the picture, from left to right. */
  readonly across: PatientAxis;
  /** From the picture's upper edge down. */
  readonly down: PatientAxis;
}

export type AnatomicalPlane = Exclude<Plane, "frame">;

/**
 * The radiological convention: the patient is seen from the feet and from the front, with the
 * right side at the left of the picture; anterior, or superior, is up. Sagittal slices
 * have anterior at the left.
 */
export function sliceAxes(
  { right, anterior, superior }: Orientation,
  plane: AnatomicalPlane,
): SliceAxes {
  switch (plane) {
    case "axial":
      return { through: superior, across: reversed(right), down: reversed(anterior) };
    case "coronal":
      return { through: anterior, across: reversed(right), down: reversed(superior) };
    case "sagittal":
      return { through: right, across: reversed(anterior), down: reversed(superior) };
  }
}

function reversed({ axis, isAscending }: PatientAxis): PatientAxis {
  return { axis, isAscending: !isAscending };
}
