/** What a key does, in words; the list of the help, which the page's keys must keep to. */
export interface KeyWords {
  readonly keys: string;
  readonly meaning: string;
}

export const KEYS: readonly KeyWords[] = [
  { keys: "?", meaning: "this help" },
  { keys: "/", meaning: "search layers and kernels" },
  { keys: "j and k", meaning: "next and previous layer in the list" },
  { keys: "g then a", meaning: "atlas of all layers" },
  { keys: "g then l", meaning: "one layer" },
  { keys: "g then s", meaning: "filters per layer (shares)" },
  { keys: "g then t", meaning: "table of kernels" },
  { keys: "g then c", meaning: "compare with another model" },
  { keys: "g then r", meaning: "report: what all this says" },
  { keys: "arrows", meaning: "in the plot or the grid of a layer: from kernel to kernel" },
  { keys: "Enter", meaning: "in a plot: select the kernel; in the atlas: open the layer" },
  { keys: "Space", meaning: "in a plot: add the kernel to the selected ones, or take it out" },
  { keys: "u and U", meaning: "undo and redo (also Ctrl Z and Ctrl Shift Z)" },
  { keys: "e", meaning: "export this view as a picture" },
  { keys: "E", meaning: "export the results as JSON" },
  {
    keys: "Esc",
    meaning:
      "let go of the kernel, then of the group, then of the layer; close this help or an error",
  },
];
