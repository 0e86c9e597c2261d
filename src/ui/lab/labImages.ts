import type { ImageInfo } from "../../worker/lab/protocol.ts";
import { shownImages } from "./labSelectors.ts";
import { type LabState, NO_RUN } from "./labState.ts";
import { masksByName } from "./maskNames.ts";

/** Looks at the first of what has come; masks are told by their names. */
export function withImages(state: LabState, added: readonly ImageInfo[]): Partial<LabState> {
  const images = [...state.images, ...added];
  const masks = withNewMasks(state.masks, images, added);
  const [first] = shownImages({ images: added, masks });
  return { images, masks, current: first?.id ?? state.current };
}

/**
 * The images that come with a network: one of them is looked at, unless a person looks at one of
 * their own already.
 */
export function withOwnImages(
  state: LabState,
  added: readonly ImageInfo[],
  firstName: string | null,
): Partial<LabState> {
  const change = withImages(state, added);
  const named = added.find(({ name }) => name === firstName);
  return { ...change, current: state.current ?? named?.id ?? change.current ?? null };
}

/** What a person said of the others, "none" too, stays. */
function withNewMasks(
  masks: LabState["masks"],
  images: readonly ImageInfo[],
  added: readonly ImageInfo[],
): LabState["masks"] {
  const isAdded = new Set(added.map(({ id }) => id));
  const found = Object.entries(masksByName(images)).filter(
    ([image, mask]) => isAdded.has(image) || isAdded.has(mask),
  );
  return { ...Object.fromEntries(found), ...masks };
}

export function withMask(
  state: LabState,
  added: readonly ImageInfo[],
  image: string,
): Partial<LabState> {
  const [mask] = added;
  if (mask === undefined) return {};
  return { images: [...state.images, ...added], masks: { ...state.masks, [image]: mask.id } };
}

/** Ids of what goes with an image: itself, and its mask unless that is another's as well. */
export function removedWith({ masks }: Pick<LabState, "masks">, id: string): readonly string[] {
  const mask = masks[id];
  if (mask === undefined) return [id];
  const isOthers = Object.entries(masks).some(([image, other]) => image !== id && other === mask);
  return isOthers ? [id] : [id, mask];
}

/** Its mask, and what it was the mask of, are let go as well. */
export function withoutImage(state: LabState, id: string): Partial<LabState> {
  const gone = new Set(removedWith(state, id));
  const images = state.images.filter((image) => !gone.has(image.id));
  const masks = Object.fromEntries(
    Object.entries(state.masks).filter(([image, mask]) => !gone.has(image) && !gone.has(mask)),
  );
  const [first] = shownImages({ images, masks });
  const isGone = state.current !== null && gone.has(state.current);
  const current = isGone ? (first?.id ?? null) : state.current;
  const { [id]: _, ...own } = state.edits.own;
  const edits = { ...state.edits, own };
  return { images, masks, current, edits, ...(current === null ? { run: NO_RUN } : {}) };
}
