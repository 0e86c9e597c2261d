import { DEFAULT_SETTINGS, type Settings } from "../../core/analysis/settings.ts";
import type { Feature } from "../../core/features/clinicalKernels.ts";
import { analyses } from "./analyses.ts";
import { type Choices, choicesOf, FIRST_CHOICES } from "./choices.ts";
import type { PageState } from "./pageState.ts";
import { pageStore } from "./pageStore.ts";

export const SESSION_SCHEMA = "convatlas/session@1";

/** Which file a session belongs to; its content is never part of it. */
export interface SessionModel {
  readonly name: string;
  /** Hex. */
  readonly sha256: string;
  /** Id of a sample that the page brings itself; null for a file of the person's own. */
  readonly sample: string | null;
}

/** What a person saw, small enough for a link: which model, and all choices about it. */
export interface Session {
  readonly model: SessionModel;
  readonly choices: Choices;
  /** The second model of the view that compares two; null without one. */
  readonly compared: SessionModel | null;
}

/** True if an opened file is the one that a session belongs to. */
export function isModelOf(
  { sha256, sample }: SessionModel,
  opened: { readonly sha256: string },
): boolean {
  // A sample may be made anew from one version to the next: it is named, not hashed.
  return sample !== null || sha256 === opened.sha256;
}

/** Two pieces of plain JSON. */
export function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** True if two sessions speak of one model. */
export function isSameModel(a: SessionModel, b: SessionModel): boolean {
  return a.sample === null ? a.sha256 === b.sha256 : a.sample === b.sample;
}

/** The entries of a value that differ from those of another; both are plain JSON objects. */
function differences<Value extends object>(value: Value, from: Value): Partial<Value> {
  const changed: Partial<Value> = {};
  for (const key of Object.keys(value) as (keyof Value)[]) {
    if (!isSame(value[key], from[key])) changed[key] = value[key];
  }
  return changed;
}

/** Choices without what everybody starts with: a link to an untouched page says nothing. */
function compactChoices(choices: Choices): object {
  const { settings, ...rest } = choices;
  const { ownFeatures, ...others } = differences(rest, FIRST_CHOICES);
  const changed: Partial<Settings> = differences(settings, DEFAULT_SETTINGS);
  return {
    ...others,
    ...(ownFeatures !== undefined && settings.features === "custom"
      ? { ownFeatures: ownFeatures.map(compactFeature) }
      : {}),
    ...(Object.keys(changed).length === 0 ? {} : { settings: changed }),
  };
}

/** Nine digits tell a float32 from its neighbours; sixteen would only make the link longer. */
function compactFeature({ id, label, kernel }: Feature): Feature {
  return { id, label, kernel: kernel.map((entry) => Number(entry.toPrecision(9))) };
}

/** A session as JSON text; `parseSession` reads it back. */
export function sessionJson({ model, ...seen }: Session): string {
  return JSON.stringify({ schema: SESSION_SCHEMA, model, ...compactView(seen) });
}

/** All of a session but the model that it is about. */
export function compactView({ choices, compared }: Omit<Session, "model">): object {
  return { ...compactChoices(choices), ...(compared === null ? {} : { compared }) };
}

/** The model on screen, or the one that is waited for; null on the landing page. */
export function sessionModel({ current, sample, waiting }: PageState): SessionModel | null {
  const analysis = current === null ? null : analyses.get(current);
  if (analysis === null) return waiting?.model ?? null;
  const { name, sha256 } = analysis.model;
  return { name, sha256, sample };
}

/** What is on screen, for pictures and links; null where no model is open. */
export function sessionOfPage(): Session | null {
  const state = pageStore.getState();
  const model = sessionModel(state);
  if (model === null) return null;
  return { model, choices: choicesOf(state), compared: state.compared ?? state.toCompare };
}

/** The same as text; empty where no model is open. */
export function sessionText(): string {
  const session = sessionOfPage();
  return session === null ? "" : sessionJson(session);
}

/** The second model that a session asks for, unless the page compares with it already. */
export function stillToCompare(
  { compared: wanted }: Session,
  { compared }: Pick<PageState, "compared">,
): SessionModel | null {
  return wanted !== null && compared !== null && isSameModel(wanted, compared) ? null : wanted;
}
