import { halfLetter, roleFromName, usesHalfLetters } from "./layerNames.ts";
import type { LayerOfRoles } from "./roles.ts";
import type { Role, RoleGuess } from "./structure.ts";

/** Roles of layers whose map sizes nothing tells, and how far they can be trusted. */
export interface GuessedRoles {
  readonly roles: readonly Role[];
  readonly guess: RoleGuess;
}

/** From this share of layers on that say their half by name, the rest hardly can be wrong. */
const MOSTLY_NAMED = 0.75;

/** Roles from names where they tell, else from channel widths, else unknown. */
export function guessRoles(layers: readonly LayerOfRoles[]): GuessedRoles {
  const fromNames = rolesFromNames(layers);
  if (fromNames !== null) return fromNames;
  const fromWidths = rolesFromWidths(layers.map(({ outChannels }) => outChannels));
  if (fromWidths !== null) {
    return { roles: fromWidths, guess: { basis: "channels", confidence: "low" } };
  }
  return {
    roles: layers.map(() => "other"),
    guess: { basis: "nothing", confidence: "none" },
  };
}

/** One plain sentence for the person who should check. */
export function guessSentence({ basis, confidence }: RoleGuess): string {
  switch (basis) {
    case "names":
      return `The file does not tell the map sizes, so the roles of the layers are read off their names and channel numbers (confidence: ${confidence}); please check them.`;
    case "channels":
      return `The file does not tell the map sizes, so the roles of the layers are a guess from their channel numbers (confidence: ${confidence}); please check them.`;
    case "nothing":
      return "The file does not tell which layers are encoder and which are decoder; their roles are unknown.";
  }
}

function rolesFromNames(layers: readonly LayerOfRoles[]): GuessedRoles | null {
  const hasLetters = usesHalfLetters(layers.map(({ name }) => name));
  const said = layers.map(
    ({ name }) => roleFromName(name) ?? (hasLetters ? halfLetter(name) : null),
  );
  const named = layers.map(
    ({ operator }, index) => said[index] ?? (operator === "ConvTranspose2d" ? "decoder" : null),
  );
  const lastEncoder = named.lastIndexOf("encoder");
  const firstDecoder = named.indexOf("decoder");
  if (lastEncoder < 0 && firstDecoder < 0) return null;
  const share = said.filter((role) => role !== null).length / said.length;
  const confidence = share >= MOSTLY_NAMED ? "high" : "medium";
  const guess: RoleGuess = { basis: "names", confidence };
  if (firstDecoder < 0) {
    // Residual classifiers call single layers "downsample"; that alone says no more.
    return share < 0.5 ? null : { roles: named.map((role) => role ?? "encoder"), guess };
  }
  const widestStart = widestLayers(layers.slice(0, firstDecoder));
  const roles = named.map((role, index): Role => {
    if (role !== null) return role;
    if (index > firstDecoder) return "decoder";
    return index > lastEncoder && (lastEncoder >= 0 || index >= widestStart)
      ? "bottleneck"
      : "encoder";
  });
  return { roles, guess };
}

/** Where the run of widest layers at the end of a way down starts; past the end if it has none. */
function widestLayers(wayDown: readonly LayerOfRoles[]): number {
  const widths = wayDown.map(({ outChannels }) => outChannels);
  const last = widths.at(-1) ?? 0;
  const narrower = widths.findLastIndex((width) => width < last);
  const isWidest = widths.every((width) => width <= last);
  return isWidest && narrower >= 0 ? narrower + 1 : widths.length;
}

/** Widths that rise to a widest middle and fall again are those of a U-Net. */
function rolesFromWidths(widths: readonly number[]): Role[] | null {
  const widest = widths.reduce((most, width) => Math.max(most, width), 0);
  const start = widths.indexOf(widest);
  const end = widths.lastIndexOf(widest);
  if (start <= 0) return null;
  const isRising = widths.slice(1, start + 1).every((width, at) => width >= widths[at]);
  const isLevel = widths.slice(start, end + 1).every((width) => width === widest);
  const falling = widths.slice(end);
  const isFalling = falling.slice(1).every((width, at) => width <= falling[at]);
  if (!isRising || !isLevel || !isFalling) return null;
  // One narrower layer at the end is a head, not a way up.
  if (falling.length <= 2) return widths.map(() => "encoder");
  return widths.map((_, index) =>
    index < start ? "encoder" : index <= end ? "bottleneck" : "decoder",
  );
}
