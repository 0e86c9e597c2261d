import { type JSX, useState } from "react";
import { usePage } from "../hooks/usePage.ts";

/** Asks for the image size where the file leaves it open, until the person has answered. */
export function InputSizeNotice(): JSX.Element | null {
  const [isAnswered, setAnswered] = useState(false);
  const inputSize = usePage((state) => state.settings.inputSize);
  if (isAnswered) return null;
  return (
    <div className="input-size-notice">
      <p>
        <strong>How large are the images this network receives?</strong> The file leaves it open;{" "}
        {inputSize} × {inputSize} pixels are assumed. The map size of every layer, and so its
        spectra, follow from it. Change it in "Input image" above.
      </p>
      <button type="button" className="button" onClick={() => setAnswered(true)}>
        {inputSize} is right
      </button>
    </div>
  );
}
