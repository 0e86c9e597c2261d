/** What the file says of the program that wrote it. */
export interface Writer {
  readonly version: string | null;
  readonly backend: string | null;
}

/** The writer in one line; null if the file does not tell. */
export function producerOf({ version, backend }: Writer): string | null {
  if (version === null) return null;
  return backend === null ? `Keras ${version}` : `Keras ${version} (${backend})`;
}
