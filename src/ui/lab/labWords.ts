import type { Plane } from "../../core/images/image.ts";
import type { LabEngine, LabProvider, LabStep } from "../../worker/lab/protocol.ts";

export function percentText(share: number): string {
  return `${Math.round(100 * share)} %`;
}

/** A share of an image, "29.5 %": small areas matter. */
export function shareText(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

/** What the worker is at. */
export function stepText(step: LabStep): string {
  switch (step) {
    case "reading":
      return "Reading the network";
    case "starting":
      // 14 MB from this site, and then from the browser's cache.
      return "Loading what runs it (ONNX Runtime), from this site";
    case "images":
      return "Reading images";
    case "running":
      return "Running the network";
  }
}

export const PLANE_WORDS: Readonly<Record<Plane, string>> = {
  frame: "frames",
  axial: "axial (from below)",
  coronal: "coronal (from the front)",
  sagittal: "sagittal (from the side)",
};

export const IMAGE_FORMATS =
  "PNG, JPEG, WebP, DICOM or NIfTI (.nii, .nii.gz). A file named like the image with -mask at its end is taken as its mask.";

/** "43 ms", "1.25 s" */
export function timeText(milliseconds: number): string {
  return milliseconds < 1000
    ? `${Math.round(milliseconds)} ms`
    : `${(milliseconds / 1000).toFixed(2)} s`;
}

/** As the engines of the analysis are called. */
export const PROVIDER_TITLES: Readonly<Record<LabProvider, string>> = {
  wasm: "processor (WebAssembly)",
  webgpu: "graphics processor (WebGPU)",
};

/** "processor (WebAssembly, 4 threads)" */
export function engineText({ provider, threads }: LabEngine): string {
  const title = PROVIDER_TITLES[provider];
  return threads > 1 ? title.replace(")", `, ${threads} threads)`) : title;
}

/** A value of a network's output, to three digits. */
export function valueText(value: number): string {
  const digits = value === 0 || Math.abs(value) >= 1e-3 ? 3 : 2;
  return String(Number(value.toPrecision(digits))).replace("-", "\u2212");
}
