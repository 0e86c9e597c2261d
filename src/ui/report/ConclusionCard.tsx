import { type JSX, useMemo } from "react";
import type { Analysis } from "../../core/analysis/analysis.ts";
import type { Findings } from "../../core/findings/findings.ts";
import { SvgView } from "../figures/SvgView.tsx";
import { figureTheme } from "../figures/theme.ts";
import { useTheme } from "../hooks/useTheme.ts";
import { conclusionFigure } from "./conclusionFigure.ts";
import { FindingNumbers } from "./FindingNumbers.tsx";
import { conclusionOf, METHODS, QUESTIONS, type QuestionId } from "./findingWords.ts";

interface Props {
  readonly id: QuestionId;
  readonly analysis: Analysis;
  /** Null while they are computed: the room is kept. */
  readonly findings: Findings | null;
  /** Of the column, px. */
  readonly width: number;
}

/** Wider figures say no more. */
const WIDEST_FIGURE = 680;

/** What the card takes left and right of its figure, px. */
const PADDING = 34;

/** One question: the answer in a sentence, the numbers, a figure, and how it was computed. */
export function ConclusionCard({ id, analysis, findings, width }: Props): JSX.Element {
  return (
    <article className="conclusion" aria-labelledby={`question-${id}`} data-testid={`card-${id}`}>
      <h3 id={`question-${id}`}>{QUESTIONS[id]}</h3>
      {findings === null ? (
        <p className="muted conclusion-room">Being computed</p>
      ) : (
        <Answer
          id={id}
          analysis={analysis}
          findings={findings}
          width={Math.min(WIDEST_FIGURE, width - PADDING)}
        />
      )}
      <details className="method" data-result="findings">
        <summary>How this was computed</summary>
        {METHODS[id].map((sentence) => (
          <p key={sentence} className="small">
            {sentence}
          </p>
        ))}
      </details>
    </article>
  );
}

function Answer({
  id,
  analysis,
  findings,
  width,
}: Props & { readonly findings: Findings }): JSX.Element {
  const theme = figureTheme(useTheme());
  const { answer, short, sentence } = conclusionOf(id, findings, analysis);
  const figure = useMemo(
    () => conclusionFigure(id, analysis, findings, { width, theme }),
    [id, analysis, findings, width, theme],
  );
  return (
    <div data-result={`findings.${id}`}>
      <p className="conclusion-sentence">
        <strong className="answer" data-answer={answer} data-testid={`answer-${id}`}>
          {short}
        </strong>{" "}
        {sentence}
      </p>
      {figure !== null && <SvgView node={figure.node} />}
      <FindingNumbers id={id} analysis={analysis} findings={findings} />
    </div>
  );
}
