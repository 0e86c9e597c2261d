import { type JSX, useEffect, useRef } from "react";
import { SvgView } from "../figures/SvgView.tsx";
import type { SvgNode } from "../figures/svg.ts";

interface Props {
  readonly node: SvgNode;
  /** Called with the index of the layer that was clicked, or entered with the keyboard. */
  readonly onLayer: (index: number) => void;
  /** Called with a label (feature id or "indeterminate") of one layer, or of all (null). */
  readonly onLabel?: (label: string, layer: number | null) => void;
}

function layerOf(target: Element): number | null {
  const cell = target.closest("[data-layer-index]");
  const index = Number(cell?.getAttribute("data-layer-index") ?? Number.NaN);
  return Number.isInteger(index) ? index : null;
}

/** Moves the focus along the buttons of one layer: the layer itself, then its parts. */
function stepWithin(target: Element, step: 1 | -1): boolean {
  const cell = target.closest("[data-layer-index]");
  const buttons = [...(cell?.querySelectorAll("[role=button]") ?? [])];
  const next = buttons[buttons.indexOf(target) + step];
  if (!(next instanceof SVGElement)) return false;
  next.focus();
  return true;
}

/** A figure whose layers can be opened: the picture itself knows nothing of events. */
export function FigureHost({ node, onLayer, onLabel }: Props): JSX.Element {
  const host = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = host.current;
    if (element === null) return;
    const choose = (target: EventTarget | null): boolean => {
      if (!(target instanceof Element)) return false;
      const index = layerOf(target);
      const label = target.closest("[data-label]")?.getAttribute("data-label");
      if (onLabel !== undefined && label != null) onLabel(label, index);
      else if (index !== null) onLayer(index);
      else return false;
      return true;
    };
    const onClick = (event: MouseEvent) => void choose(event.target);
    const onKeyDown = (event: KeyboardEvent) => {
      if (!(event.target instanceof Element)) return;
      const { key, target } = event;
      const isHandled =
        key === "Enter" || key === " "
          ? choose(target)
          : key === "ArrowRight" || key === "ArrowLeft"
            ? stepWithin(target, key === "ArrowRight" ? 1 : -1)
            : false;
      if (isHandled) event.preventDefault();
    };
    element.addEventListener("click", onClick);
    element.addEventListener("keydown", onKeyDown);
    return () => {
      element.removeEventListener("click", onClick);
      element.removeEventListener("keydown", onKeyDown);
    };
  }, [onLayer, onLabel]);
  return (
    <div ref={host} className="figure-host">
      <SvgView node={node} />
    </div>
  );
}
