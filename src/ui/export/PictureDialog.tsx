import { type JSX, useState } from "react";
import { useModalDialog } from "../hooks/useModalDialog.ts";
import type { ShownAnalysis } from "../hooks/useShownAnalysis.ts";
import { copyFigure, exportFigure, type PictureFormat } from "./exportFigure.ts";
import { exportReport } from "./exportReport.ts";
import { exportSheet } from "./exportSheet.ts";
import { pictureSize } from "./keptSize.ts";
import "./pictureDialog.css";
import { type PrintedPicture, type SizeChoice, sizeInWords } from "./printSize.ts";
import { SizeField } from "./SizeField.tsx";

interface Props {
  readonly shown: ShownAnalysis;
  readonly isOpen: boolean;
  readonly onClose: () => void;
  /** Words of the view on screen. */
  readonly title: string;
  /** Why the view has no picture; null where it has one. */
  readonly refusal: string | null;
}

/** Height of the text of a page of A4 with its margins. */
const PAGE_MM = 257;

/** What was saved and how large it is; what will not be readable or not fit a page is said. */
function savedWords(picture: PrintedPicture, format: PictureFormat): string {
  const points = picture.smallestPoints;
  const text = `${points < 5 ? "but its smallest text is only" : "smallest text"} ${points.toFixed(1)} points`;
  const page = picture.heightMm > PAGE_MM ? " It is higher than a page: try a wider size." : "";
  return `Saved as ${format.toUpperCase()}, ${sizeInWords(picture)}, ${text}.${page}`;
}

const COPY_REFUSED =
  "This browser does not copy pictures; save the PNG and insert the file instead.";

/** Where a picture gets its size, and everything that is made of the whole model. */
export function PictureDialog({ shown, isOpen, onClose, title, refusal }: Props): JSX.Element {
  const dialog = useModalDialog(isOpen);
  return (
    <dialog
      ref={dialog}
      className="picture-dialog"
      aria-labelledby="picture-title"
      data-testid="picture-dialog"
      onClose={onClose}
      // The page's own keys are not meant here.
      onKeyDown={(event) => event.stopPropagation()}
    >
      {isOpen && <PictureForm shown={shown} onClose={onClose} title={title} refusal={refusal} />}
    </dialog>
  );
}

function PictureForm({ shown, onClose, title, refusal }: Omit<Props, "isOpen">): JSX.Element {
  const { analysis } = shown;
  const [size, setSize] = useState<SizeChoice>(() => pictureSize.load());
  const [isBusy, setBusy] = useState(false);
  const [outcome, setOutcome] = useState("");
  /** `work` returns what to say; null after an error, which the page shows below this dialog. */
  const run = (work: () => Promise<string | null>) => {
    setBusy(true);
    setOutcome("Drawing…");
    void work().then((words) => {
      setBusy(false);
      setOutcome(words ?? "");
      if (words === null) onClose();
    });
  };
  const saved = (format: PictureFormat, picture: PrintedPicture | null) =>
    picture === null ? null : savedWords(picture, format);
  const button = (testId: string, words: string, work: () => Promise<string | null>) => (
    <button
      type="button"
      className="button"
      data-testid={testId}
      // Not disabled: the focus would be lost.
      aria-disabled={isBusy}
      onClick={() => {
        if (!isBusy) run(work);
      }}
    >
      {words}
    </button>
  );
  return (
    <>
      <h2 id="picture-title">Pictures and report</h2>
      <section aria-labelledby="picture-view">
        <h3 id="picture-view">This view: {title}</h3>
        {refusal === null ? (
          <>
            <SizeField
              choice={size}
              onChange={(chosen) => {
                setSize(chosen);
                pictureSize.store(chosen);
              }}
            />
            <div className="button-row">
              {button("picture-png", "Save PNG", async () =>
                saved("png", await exportFigure(analysis, "png")),
              )}
              {button("picture-svg", "Save SVG", async () =>
                saved("svg", await exportFigure(analysis, "svg")),
              )}
              {button("picture-copy", "Copy picture", async () =>
                (await copyFigure(analysis)) ? "Copied." : COPY_REFUSED,
              )}
            </div>
            <p className="small muted">
              A PNG carries this view: dropped onto ConvAtlas, it opens it again. The model itself
              is never in it.
            </p>
          </>
        ) : (
          <p>{refusal}</p>
        )}
      </section>
      <section aria-labelledby="picture-model">
        <h3 id="picture-model">The whole model</h3>
        <div className="button-row">
          {button("sheet-png", "Poster sheet, PNG", async () =>
            saved("png", await exportSheet(analysis, "png")),
          )}
          {button("sheet-svg", "Poster sheet, SVG", async () =>
            saved("svg", await exportSheet(analysis, "svg")),
          )}
          {button("report-html", "Report (HTML)", async () =>
            (await exportReport(analysis)) ? "Report saved; it opens in any browser." : null,
          )}
        </div>
        <p className="small muted">
          Sheet: all layers and their labels on one slide. Report: one file with every layer, to
          read without network and to print.
        </p>
      </section>
      <p role="status" className="picture-outcome small" data-testid="picture-outcome">
        {outcome}
      </p>
      <div className="picture-foot">
        <button type="button" className="button" onClick={onClose}>
          Close
        </button>
      </div>
    </>
  );
}
