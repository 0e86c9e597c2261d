import { type JSX, useState } from "react";
import type { AnalysedLayer } from "../../core/analysis/analysis.ts";
import { selectKernel } from "../state/actions.ts";
import { channelPair, kernelWithInput, kernelWithOutput } from "./kernelFacts.ts";

interface Props {
  readonly layer: AnalysedLayer;
  readonly kernel: number;
}

/** A kernel by its channels: the way to one exact kernel without pointing at it. */
export function KernelPicker({ layer, kernel }: Props): JSX.Element {
  const { description } = layer;
  const pair = channelPair(layer, kernel);
  const [isWrong, setWrong] = useState(false);
  const choose = (found: number | null) => {
    setWrong(found === null);
    if (found !== null) selectKernel(description.name, found);
  };
  return (
    <div className="kernel-picker">
      <label>
        <span className="muted">In</span>
        <input
          type="number"
          min={0}
          max={description.inChannels - 1}
          value={pair.in}
          onChange={(event) =>
            choose(kernelWithInput(description, pair, event.target.valueAsNumber))
          }
        />
      </label>
      <label>
        <span className="muted">Out</span>
        <input
          type="number"
          min={0}
          max={description.outChannels - 1}
          value={pair.out}
          onChange={(event) =>
            choose(kernelWithOutput(description, pair, event.target.valueAsNumber))
          }
        />
      </label>
      <p className="small muted" aria-live="polite">
        {isWrong ? "There is no such channel." : ""}
      </p>
    </div>
  );
}
