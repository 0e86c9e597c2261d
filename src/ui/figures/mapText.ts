import type { LayerPlace } from "../../core/network/structure.ts";
import { sizeText } from "./text.ts";

/** "64 \u00D7 64 map", with a word where it is not the file that says it. */
export function mapText({ grid, gridSource }: Pick<LayerPlace, "grid" | "gridSource">): string {
  switch (gridSource) {
    case "graph":
      return `${sizeText(grid)} map`;
    case "settings":
      return `${sizeText(grid)} map (set)`;
    case "default":
      return `${sizeText(grid)} map (assumed)`;
  }
}
