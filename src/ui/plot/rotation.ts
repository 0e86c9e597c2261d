import { axisDirection, type ScoreDirection, type ScorePlane } from "./scorePlane.ts";

/** How three components are looked at, degrees: turned about the axis up, tilted to the eye. */
export interface Rotation {
  readonly turn: number;
  readonly tilt: number;
}

/** What is seen of the space of scores: the plane of the screen and the way to the eye. */
export interface RotatedPlane extends ScorePlane {
  readonly towards: ScoreDirection;
}

/** A step of the keys and buttons, degrees. */
export const TURN_STEP = 15;

/** A drag across this much of the plot turns it by one degree, px. */
const PIXELS_PER_DEGREE = 2.5;

function combined(parts: readonly (readonly [number, ScoreDirection])[]): ScoreDirection {
  const sum = (at: 0 | 1 | 2) => parts.reduce((total, [share, one]) => total + share * one[at], 0);
  return [sum(0), sum(1), sum(2)];
}

/**
 * The view of three principal axes from this side. With no turn and no tilt the first lies
 * across, the second up, and the third points to the eye.
 */
export function rotatedPlane(
  axes: readonly [number, number, number],
  { turn, tilt }: Rotation,
): RotatedPlane {
  const [first, second, third] = [
    axisDirection(axes[0]),
    axisDirection(axes[1]),
    axisDirection(axes[2]),
  ];
  const [sine, cosine] = [Math.sin((turn * Math.PI) / 180), Math.cos((turn * Math.PI) / 180)];
  const [down, level] = [Math.sin((tilt * Math.PI) / 180), Math.cos((tilt * Math.PI) / 180)];
  return {
    across: combined([
      [cosine, first],
      [sine, third],
    ]),
    up: combined([
      [level, second],
      [down * sine, first],
      [-down * cosine, third],
    ]),
    towards: combined([
      [down, second],
      [-level * sine, first],
      [level * cosine, third],
    ]),
  };
}

/** The rotation after a change in degrees: turns go round, tilts end at the poles. */
export function turnedBy({ turn, tilt }: Rotation, right: number, up: number): Rotation {
  const round = ((((turn + right + 180) % 360) + 360) % 360) - 180;
  return { turn: round, tilt: Math.max(-90, Math.min(90, tilt + up)) };
}

/** The same for a drag in px, to the right and downwards. */
export function draggedBy(before: Rotation, right: number, down: number): Rotation {
  const after = turnedBy(before, right / PIXELS_PER_DEGREE, down / PIXELS_PER_DEGREE);
  return { turn: Math.round(after.turn), tilt: Math.round(after.tilt) };
}
