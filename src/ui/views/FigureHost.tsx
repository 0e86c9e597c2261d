import { type JSX, useEffect, useRef } from "react";
import { SvgView } from "../figures/SvgView.tsx";
import type { SvgNode } from "../figures/svg.ts";

interface Props {
  readonly node: SvgNode;
  /** Called with the index of the layer that was clicked, or entered with the keyboard. */
  readonly onLayer: (index: number) => void;
}

function layerOf(target: EventTarget | null): number | null {
  if (!(target instanceof Element)) return null;
  const cell = target.closest("[data-layer-index]");
  const index = Number(cell?.getAttribute("data-layer-index") ?? Number.NaN);
  return Number.isInteger(index) ? index : null;
}

/** A figure whose layers can be opened: the picture itself knows nothing of events. */
export function FigureHost({ node, onLayer }: Props): JSX.Element {
  const host = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = host.current;
    if (element === null) return;
    const onClick = (event: MouseEvent) => {
      const index = layerOf(event.target);
      if (index !== null) onLayer(index);
    };
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      const index = layerOf(event.target);
      if (index === null) return;
      event.preventDefault();
      onLayer(index);
    };
    element.addEventListener("click", onClick);
    element.addEventListener("keydown", onKeyDown);
    return () => {
      element.removeEventListener("click", onClick);
      element.removeEventListener("keydown", onKeyDown);
    };
  }, [onLayer]);
  return (
    <div ref={host} className="figure-host">
      <SvgView node={node} />
    </div>
  );
}
