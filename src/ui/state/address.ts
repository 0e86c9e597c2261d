import { parseSession } from "./parseSession.ts";
import { compactView, SESSION_SCHEMA, type Session } from "./session.ts";

/** Some programs cut longer addresses; a long selection is then left out of the link. */
export const LONGEST_VIEW = 6000;

/**
 * The view as the part of the address behind "#": which model (a sample's id, or the file's hash
 * and name, never its content), what was chosen, and what the model is compared with. Servers never see that part.
 */
export function fragmentOf({ model, ...seen }: Session): string {
  const parts =
    model.sample === null
      ? [`model=${model.sha256}`, `name=${encodeURIComponent(model.name)}`]
      : [`sample=${encodeURIComponent(model.sample)}`];
  const { view, short } = viewTexts(seen);
  const text = view.length <= LONGEST_VIEW ? view : short;
  if (text !== "{}") parts.push(`view=${encoded(text)}`);
  return `#${parts.join("&")}`;
}

function viewTexts(seen: Omit<Session, "model">): {
  readonly view: string;
  readonly short: string;
} {
  const { selection } = seen.choices;
  const choices = { ...seen.choices, selection: { ...selection, group: null } };
  return {
    view: JSON.stringify(compactView(seen)),
    short: JSON.stringify(compactView({ ...seen, choices })),
  };
}

/**
 * The view that an address asks for; null for an address without one.
 *
 * @throws ConvAtlasError for an address that asks for something else.
 */
export function sessionOfFragment(fragment: string): Session | null {
  const parts = new URLSearchParams(fragment.replace(/^#/, ""));
  const sample = parts.get("sample");
  const sha256 = parts.get("model");
  if (sample === null && sha256 === null) return null;
  const view = viewOf(parts.get("view"));
  const model = { name: parts.get("name") ?? sample ?? "", sha256: sha256 ?? "", sample };
  // A damaged view is an empty text here, which the reader of sessions refuses in words.
  const text = view === null ? "" : JSON.stringify({ ...view, schema: SESSION_SCHEMA, model });
  return parseSession(text, "this link");
}

function viewOf(text: string | null): object | null {
  if (text === null) return {};
  try {
    const view: unknown = JSON.parse(decoded(text));
    return typeof view === "object" ? view : null;
  } catch {
    return null;
  }
}

/** Base64 with the letters that need no escape in an address (RFC 4648, section 5). */
function encoded(text: string): string {
  const bytes = new TextEncoder().encode(text);
  const letters = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  return btoa(letters).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/** @throws DOMException for a text that is not base64. */
function decoded(text: string): string {
  const letters = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return new TextDecoder().decode(Uint8Array.from(letters, (letter) => letter.charCodeAt(0)));
}
