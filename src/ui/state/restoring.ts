import type { Analysis } from "../../core/analysis/analysis.ts";
import { NO_FILTER } from "../layers/layerFilter.ts";
import { NOTHING_SELECTED } from "./choices.ts";
import { NO_HISTORY } from "./history.ts";
import type { PageState } from "./pageState.ts";
import { isModelOf, type Session, stillToCompare } from "./session.ts";

/** What a person had chosen in a model means nothing in the next one. */
const NOTHING_CHOSEN = {
  selection: NOTHING_SELECTED,
  layerSearch: "",
  layerFilter: NO_FILTER,
  history: NO_HISTORY,
} as const;

export const ANOTHER_FILE =
  "This is not the file that the link or picture was made from (its SHA-256 differs): the settings were taken over, the selection was not.";

/**
 * What the store gets when a model is on screen for the first time.
 *
 * @param restore the view that it was opened for, if any.
 * @param isAnother true if a model was on screen before.
 */
export function firstLook(
  restore: Session | null,
  analysis: Analysis | null,
  isAnother: boolean,
  state: PageState,
): Partial<PageState> {
  const begin = { ...(isAnother ? NOTHING_CHOSEN : {}), toCompare: null };
  if (restore === null || analysis === null) return { ...begin, sample: null };
  if (isAnotherFile(restore, analysis)) return { ...NOTHING_CHOSEN, toCompare: null, sample: null };
  const { settings: _settings, ...choices } = restore.choices;
  return {
    ...begin,
    ...(isAnother ? choices : {}),
    sample: restore.model.sample,
    toCompare: stillToCompare(restore, state),
  };
}

/** True where a view was to be restored, and this is not its model. */
export function isAnotherFile(restore: Session | null, analysis: Analysis | null): boolean {
  return restore !== null && analysis !== null && !isModelOf(restore.model, analysis.model);
}

/** A view whose model was not the one that was opened still asks for it. */
export function stillWaiting(restore: Session | null, analysis: Analysis | null): Session | null {
  return isAnotherFile(restore, analysis) ? restore : null;
}
