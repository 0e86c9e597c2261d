import { expect, it } from "vitest";
import { masksByName } from "../../../src/ui/lab/maskNames.ts";

function named(...names: readonly string[]) {
  return names.map((name) => ({ id: `#${name}`, name }));
}

it.each([
  ["slice-001.png", "slice-001-mask.png"],
  ["head.nii.gz", "head_mask.nii.gz"],
  ["head.nii", "head.mask.nii.gz"],
  ["IM0001", "IM0001-mask.png"],
  ["Lung.DCM", "lung_MASK.png"],
])("%s has the mask %s", (image, mask) => {
  expect(masksByName(named(mask, image))).toEqual({ [`#${image}`]: `#${mask}` });
});

it.each([
  ["a mask without its image", ["a-mask.png"]],
  ["another image's mask", ["a.png", "b-mask.png"]],
  ["a name that only ends alike", ["un.png", "unmask.png"]],
])("%s is an image like others", (_, names) => {
  expect(masksByName(named(...names))).toEqual({});
});
