/**
 * Colours of classes, on grey images of any brightness: after Tol's "bright" and "light" schemes
 * (P. Tol, Colour Schemes, 2021), told apart by people who see colours differently. None of them is
 * the colour of a clinical filter. After the last they begin anew: every area bears its number too.
 */
const COLOURS = [
  "#77aadd",
  "#ee8866",
  "#eedd88",
  "#ffaabb",
  "#99ddff",
  "#44bb99",
  "#bbcc33",
  "#dddddd",
] as const;

/** Of a class from 1; class 0, by custom the background, is not drawn. */
export function classColour(number: number): string {
  return COLOURS[(number - 1) % COLOURS.length];
}
