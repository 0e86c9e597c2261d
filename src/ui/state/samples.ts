import type { ModelInput } from "../../worker/protocol.ts";

export interface Sample {
  /** In addresses and sessions. */
  readonly id: string;
  /** In `public/samples`. */
  readonly file: string;
}

export const BRAIN_UNET: Sample = { id: "brain-unet", file: "brain-unet.onnx" };

/** Models that the page brings itself. */
export const SAMPLES: readonly Sample[] = [BRAIN_UNET];

export function sampleInput({ file }: Sample): ModelInput {
  // Absolute: the worker that fetches it resolves addresses against its own.
  const url = new URL(`${import.meta.env.BASE_URL}samples/${file}`, location.href).href;
  return { kind: "url", url, name: file };
}
