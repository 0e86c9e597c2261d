import type { JSX } from "react";
import type { ColourBy } from "../figures/kernelGrouping.ts";
import { usePage } from "../hooks/usePage.ts";
import { setColourBy } from "../state/actions.ts";

const CHOICES: readonly { readonly value: ColourBy; readonly words: string; meaning: string }[] = [
  { value: "cluster", words: "Cluster", meaning: "Groups of similar kernels in this layer" },
  { value: "label", words: "Action", meaning: "The filter whose effect on an image is nearest" },
  { value: "nearest", words: "Values", meaning: "The filter whose numbers are nearest" },
  { value: "channel", words: "Channel", meaning: "The output channel that the kernel writes" },
  { value: "norm", words: "Norm", meaning: "How large the kernel's weights are together" },
];

/** What the marks of the kernels tell. */
export function ColourByField(): JSX.Element {
  const colourBy = usePage((state) => state.colourBy);
  return (
    <fieldset className="segments">
      <legend className="muted small">Marks show</legend>
      {CHOICES.map(({ value, words, meaning }) => (
        <label key={value} title={meaning}>
          <input
            type="radio"
            name="colour-by"
            value={value}
            checked={colourBy === value}
            onChange={() => setColourBy(value)}
          />
          <span>{words}</span>
        </label>
      ))}
    </fieldset>
  );
}
