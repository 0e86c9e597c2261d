import { type JSX, useMemo } from "react";
import type { LayerOperator } from "../../core/operator/layerOperator.ts";
import { operatorFigure } from "../figures/operator.ts";
import { operatorSentence } from "../figures/operatorWords.ts";
import { SvgView } from "../figures/SvgView.tsx";
import { figureTheme } from "../figures/theme.ts";
import { useElementWidth } from "../hooks/useElementWidth.ts";
import { useTheme } from "../hooks/useTheme.ts";
import { OperatorTables } from "./OperatorTables.tsx";

interface Props {
  /** Null while there is no result; the place where it is announced stands ready. */
  readonly operator: LayerOperator | null;
}

/** What was found about a layer's operator: a sentence, a curve, and the same in numbers. */
export function LayerOperatorResult({ operator }: Props): JSX.Element {
  const isShown = operator !== null && operator.exactness.kind !== "all-zero";
  return (
    <>
      <p className="operator-sentence" aria-live="polite">
        {operator === null ? "" : operatorSentence(operator)}
      </p>
      {isShown && <OperatorPicture operator={operator} />}
      {isShown && <OperatorTables operator={operator} />}
    </>
  );
}

function OperatorPicture({ operator }: { readonly operator: LayerOperator }): JSX.Element {
  const [ref, width] = useElementWidth();
  const theme = figureTheme(useTheme());
  const picture = useMemo(
    () => (width === 0 ? null : operatorFigure({ operator, width, theme, plotHeight: 180 })),
    [operator, width, theme],
  );
  return <div ref={ref}>{picture !== null && <SvgView node={picture.node} />}</div>;
}
