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
  { keys: "g then i", meaning: "image lab: run the network on images" },
  { keys: "g then r", meaning: "report: what all this says" },
  { keys: "arrows", meaning: "in a plot, the grid of kernels or a table: from one to the next" },
  { keys: "Home", meaning: "in a plot: the most typical kernel" },
  { keys: "Alt arrows", meaning: "in a plot of three axes: turn it" },
  { keys: "Enter", meaning: "in a plot: select the kernel; in the atlas: open the layer" },
  {
    keys: "Space",
    meaning:
      "in a plot, the grid or a table: add the kernel to the selected ones, or take it out (also Ctrl Enter in a plot, Shift and a click)",
  },
  { keys: "i and o", meaning: "in the grid of kernels: all of this input or output channel" },
  { keys: "u and U", meaning: "undo and redo (also Ctrl Z and Ctrl Shift Z)" },
  { keys: "e", meaning: "export this view as a picture (its size: the button Picture…)" },
  { keys: "E", meaning: "export the results as JSON" },
  {
    keys: "Esc",
    meaning:
      "let go of the kernel, then of the group, then of the layer; close this help or an error",
  },
];
