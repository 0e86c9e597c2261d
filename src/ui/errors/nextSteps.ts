import type { ErrorCode } from "../../core/errors.ts";
import { FORMAT_NAMES } from "../../core/formats/formatNames.ts";
import { listText } from "../words/listText.ts";

const FORMATS = listText(Object.values(FORMAT_NAMES).map(({ label }) => label));

/**
 * What a person can do next, by the kind of error. The error's own sentence says what is
 * wrong with this file; this one adds how to find out more or go on.
 */
export const NEXT_STEPS: Readonly<Record<ErrorCode, string>> = {
  "empty-file": "Compare the size of the file with the one shown where you got it.",
  "unknown-format": `ConvAtlas reads ${FORMATS}.`,
  "not-a-model": `ConvAtlas reads ${FORMATS}.`,
  "git-lfs-pointer":
    "You have the right file once it is some megabytes large; this note has about 130 bytes.",
  truncated:
    "Compare the size of the file with the one shown where you got it: if it is smaller, the transfer stopped early.",
  malformed:
    "If a fresh copy fails in the same way, load the model in the program that wrote it and save it again.",
  unsupported: "Exporting the model to ONNX with float32 weights often helps.",
  "no-convolutions":
    "Networks for images (U-Net, ResNet, VGG) have convolutions of 3 × 3; networks for text or tables seldom have any.",
  "no-weights":
    "The weights often lie in a second file beside this one; open both together, or their folder.",
  "missing-companion-file":
    "Choose what is missing, or drop it anywhere in this window: it is added to what you chose before.",
  encrypted:
    "ConvAtlas asks for no passwords; what you unpack yourself stays in this browser all the same.",
  "hidden-weights":
    "To show them, ConvAtlas would have to run code from the file, which it never does.",
  "too-large": "Nothing was read into memory. Choose a smaller file, or the model's own folder.",
  "bad-setting": "Change the setting back, or choose another value.",
  "cannot-run":
    "The kernels can be looked at all the same; to run the network, export it to ONNX and open that file.",
  "not-an-image": "Choose a PNG, JPEG, WebP, DICOM or NIfTI file.",
  "engine-unavailable": "Choose another engine in the settings, or leave the choice to ConvAtlas.",
  cancelled: "Open the model again whenever you like.",
  unreadable:
    "Files on a network drive or in a cloud folder may first have to be copied to this computer.",
  internal:
    "Reload the page and try again. If it happens again, copy the details below into your report.",
};
