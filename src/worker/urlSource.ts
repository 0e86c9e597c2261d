import type { ByteSource } from "../core/bytes/byteSource.ts";
import { memorySource } from "../core/bytes/memorySource.ts";
import { ConvAtlasError } from "../core/errors.ts";

/** Fetches a file of this site (samples are small) into memory. */
export async function urlSource(
  url: string,
  name: string,
  signal: AbortSignal,
): Promise<ByteSource> {
  let response: Response;
  try {
    response = await fetch(url, { signal });
  } catch (error) {
    if (signal.aborted) throw new ConvAtlasError("cancelled", "The analysis was cancelled.");
    throw unreachable(name, String(error));
  }
  if (!response.ok) throw unreachable(name, `${url}: ${response.status} ${response.statusText}`);
  return memorySource(name, new Uint8Array(await response.arrayBuffer()));
}

function unreachable(name: string, details: string): ConvAtlasError {
  return new ConvAtlasError(
    "unreadable",
    `${name} could not be loaded from this site; check the connection and try again, or open a file of your own.`,
    details,
  );
}
