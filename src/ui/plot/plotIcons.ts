/** Icons of our own buttons in Plotly's bar: SVG paths on a 16 x 16 field. */
export const FIT_ICON = {
  width: 16,
  height: 16,
  path: "M1 1h5v2H3v3H1zM10 1h5v5h-2V3h-3zM1 10h2v3h3v2H1zM13 10h2v5h-5v-2h3zM6 6h4v4H6z",
};

export const RESET_ICON = {
  width: 16,
  height: 16,
  path: "M2 1h2v11h11v2H2zM6 8l4-4v3h4v2h-4v3z",
};
