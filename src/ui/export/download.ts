/** Hands a file to the person's browser. */
export function download(blob: Blob, fileName: string): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = url;
  link.download = fileName;
  document.body.append(link);
  link.click();
  link.remove();
  // Some browsers read the address only after this task.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** Longest stretch of work before the page gets a turn, in milliseconds. */
const SLICE_MS = 30;

/** Joins a text that comes in pieces, in slices, so that the page stays usable. */
export async function blobOfPieces(pieces: Iterable<string>, type: string): Promise<Blob> {
  const parts: string[] = [];
  let sliceStart = performance.now();
  for (const piece of pieces) {
    parts.push(piece);
    if (performance.now() - sliceStart > SLICE_MS) {
      await new Promise((resolve) => setTimeout(resolve, 0));
      sliceStart = performance.now();
    }
  }
  return new Blob(parts, { type });
}

/** "brain-unet.onnx", "atlas" and "png" as "brain-unet-atlas.png"; safe on every disk. */
export function exportName(modelName: string, what: string, ending: string): string {
  const stem = modelName.replace(/\.[a-z0-9]{1,11}$/i, "") || "model";
  const safe = `${stem}-${what}`.replace(/[^\p{L}\p{N}._-]+/gu, "-");
  return `${safe.slice(0, 120)}.${ending}`;
}
