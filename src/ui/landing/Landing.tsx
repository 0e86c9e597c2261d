import type { JSX } from "react";
import "./landing.css";
import { OpenFileButton, OpenFolderButton } from "../files/OpenButtons.tsx";
import { usePage } from "../hooks/usePage.ts";
import { useTheme } from "../hooks/useTheme.ts";
import { RecentModels } from "../recent/RecentModels.tsx";
import { openSample } from "../state/actions.ts";
import { FormatList } from "./FormatList.tsx";
import { HowToCheck } from "./HowToCheck.tsx";
import sampleDark from "./sample-dark.svg";
import sampleLight from "./sample-light.svg";

/** What a person sees before the first model, and again after a cancelled first run. */
export function Landing(): JSX.Element {
  const phase = usePage((state) => state.phase);
  const theme = useTheme();
  const isBusy = phase === "reading" || phase === "analyzing";
  return (
    <main className="landing">
      <div className="landing-words">
        <h1>ConvAtlas</h1>
        <p className="landing-lead">
          What did this network's convolution kernels learn, in terms of the filters clinicians
          already know?
        </p>
        <p>
          Drop a trained network anywhere in this window: one file, several that belong together, or
          its folder. Each of its 3 × 3 kernels is compared with local mean, Gaussian blur, edge
          detection, Laplacian, sharpen and identity: by its numbers and by what it does to an
          image, always beside what pure chance would give.
        </p>
        <div className="landing-actions">
          <OpenFileButton label="Open a model" className="button button-primary button-large" />
          <OpenFolderButton label="Open a folder" className="button button-large" />
          <button
            type="button"
            className="button button-large"
            data-testid="load-sample"
            disabled={isBusy}
            onClick={openSample}
          >
            Try the sample: a brain U-Net
          </button>
        </div>
        {phase === "cancelled" && (
          <p>The run was cancelled; nothing was kept. Open a model or try the sample.</p>
        )}
        <RecentModels />
        <HowToCheck />
        <FormatList />
        <p className="small muted">Research tool, not for clinical use.</p>
      </div>
      <figure className="landing-figure">
        <img
          src={theme === "dark" ? sampleDark : sampleLight}
          width={762}
          height={404}
          alt="The atlas of the sample: one small scatter plot of kernels per layer, in the shape of the U-Net"
        />
        <figcaption className="small muted">
          What you will see: one plot of kernels per layer, in the order in which the image passes
          them, with the six known filters at the same place in each.
        </figcaption>
      </figure>
    </main>
  );
}
