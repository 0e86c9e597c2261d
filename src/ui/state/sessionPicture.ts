import { ConvAtlasError } from "../../core/errors.ts";
import { isPng, sessionTextOfPng } from "../../core/pictures/pngChunks.ts";
import type { PickedFile } from "../../worker/protocol.ts";
import { parseSession } from "./parseSession.ts";
import type { Session } from "./session.ts";

/** Pictures of the page are a few megabytes; a photograph need not be read to see that it is none. */
const LARGEST_PICTURE = 256 * 2 ** 20;

/** The signature that every PNG begins with has so many. */
const PNG_SIGNATURE_BYTES = 8;

/** The picture among what was opened, where it is nothing else; told by its first bytes. */
export async function pictureAmong(files: readonly PickedFile[]): Promise<File | null> {
  const [first, ...others] = files;
  if (first === undefined || others.length > 0) return null;
  try {
    const head = await first.file.slice(0, PNG_SIGNATURE_BYTES).arrayBuffer();
    return isPng(new Uint8Array(head)) ? first.file : null;
  } catch {
    // What cannot be read is said by who reads models.
    return null;
  }
}

/** No model has such a name; what is dropped has its name before it can be read. */
export function isPictureName(name: string): boolean {
  return /\.png$/i.test(name);
}

/**
 * The view that a picture of ConvAtlas carries.
 *
 * @throws ConvAtlasError `not-a-model` for other pictures, `malformed` for a damaged view.
 */
export async function sessionOfPicture(file: File): Promise<Session> {
  const bytes =
    file.size > LARGEST_PICTURE ? new Uint8Array(0) : new Uint8Array(await file.arrayBuffer());
  const text = sessionTextOfPng(bytes);
  if (text === null) {
    throw new ConvAtlasError(
      "not-a-model",
      `${file.name} is a picture, not a model, and carries no view of ConvAtlas; open a network first to run it on this picture, or drop a PNG that was exported here (programs that edit or send pictures may remove the view).`,
    );
  }
  return parseSession(text, file.name);
}
