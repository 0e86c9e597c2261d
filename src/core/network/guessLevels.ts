import { roleFromName, stageNumber } from "./layerNames.ts";
import type { ConvolutionLayer } from "./network.ts";
import type { Role } from "./structure.ts";

type LayerOfLevels = Pick<ConvolutionLayer, "name" | "operator" | "kernelSize" | "outChannels">;

/** Channels grow by this much or more where a network halves its maps (the usual factor is 2). */
const LEVEL_GROWTH = 1.5;

/** Levels beyond this would leave nothing of an image. */
const MAX_LEVEL = 10;

/**
 * How often the map that each layer receives has been halved, guessed from the stage numbers in
 * names, else from channel numbers that double on the way down, and from upsampling layers on
 * the way up; null where nothing tells. Absolute sizes need the size of the input image, which
 * a file of weights alone does not hold.
 */
export function guessLevels(
  layers: readonly LayerOfLevels[],
  roles: readonly Role[],
): readonly (number | null)[] {
  const down = indexesOf(roles, "encoder");
  const middle = indexesOf(roles, "bottleneck");
  const up = indexesOf(roles, "decoder");
  if (down.length === 0) return layers.map(() => null);
  const levels: (number | null)[] = layers.map(() => null);
  const downLevels =
    stagesByName(layers, down, "encoder") ??
    stagesByWidth(down.map((index) => layers[index].outChannels));
  for (const [at, index] of down.entries()) levels[index] = downLevels[at];
  const deepest = Math.max(...downLevels);
  const bottom = middle.length > 0 ? deepest + 1 : deepest;
  for (const index of middle) levels[index] = bottom;
  const upLevels = levelsOnTheWayUp(layers, up, bottom);
  for (const [at, index] of up.entries()) levels[index] = upLevels[at];
  return levels.map((level) => (level === null ? null : Math.min(Math.max(level, 0), MAX_LEVEL)));
}

function indexesOf(roles: readonly Role[], wanted: Role): readonly number[] {
  return roles.flatMap((role, index) => (role === wanted ? [index] : []));
}

/**
 * Ranks of the stage numbers; null unless they rise from layer to layer through two or more.
 * Layers at the end whose names claim no stage of this half belong to its last one.
 */
function stagesByName(
  layers: readonly LayerOfLevels[],
  indexes: readonly number[],
  role: "encoder" | "decoder",
): readonly number[] | null {
  const numbers = indexes.map((index) => {
    const { name } = layers[index];
    return roleFromName(name) === role ? stageNumber(name) : null;
  });
  const named = numbers.slice(0, numbers.findLastIndex((number) => number !== null) + 1);
  const known = named.filter((number) => number !== null);
  const rises = known.every((number, at) => at === 0 || number >= known[at - 1]);
  const stages = [...new Set(known)];
  if (known.length !== named.length || !rises || stages.length < 2) return null;
  return numbers.map((number) => stages.indexOf(number ?? known[known.length - 1]));
}

function stagesByWidth(widths: readonly number[]): readonly number[] {
  let level = 0;
  let width = widths[0] ?? 1;
  return widths.map((own) => {
    if (own >= width * LEVEL_GROWTH) {
      level += 1;
      width = own;
    }
    return level;
  });
}

/** An upsampling layer receives the map of the level below; what follows it works one above. */
function levelsOnTheWayUp(
  layers: readonly LayerOfLevels[],
  indexes: readonly number[],
  bottom: number,
): readonly number[] {
  if (indexes.some((index) => isUpsampling(layers[index]))) {
    let level = bottom;
    return indexes.map((index) => {
      const received = level;
      if (isUpsampling(layers[index])) level -= 1;
      return received;
    });
  }
  const stages = stagesByName(layers, indexes, "decoder");
  if (stages !== null) return stages.map((stage) => bottom - 1 - stage);
  const widths = indexes.map((index) => layers[index].outChannels);
  let level = bottom - 1;
  let width = widths[0] ?? 1;
  return widths.map((own) => {
    if (own * LEVEL_GROWTH <= width) {
      level -= 1;
      width = own;
    }
    return level;
  });
}

/** Convolutions with an even kernel are used to double maps, rarely for anything else. */
function isUpsampling({ operator, kernelSize, name }: LayerOfLevels): boolean {
  if (operator === "ConvTranspose2d") return true;
  return kernelSize.every((side) => side % 2 === 0) && roleFromName(name) === "decoder";
}
