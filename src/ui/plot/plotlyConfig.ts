/**
 * Plotly 4 offers to upload the figure to a cloud service unless it is told not to;
 * nothing of a person's model may leave the browser.
 */
export const PLOTLY_CONFIG = {
  displaylogo: false,
  showSendToCloud: false,
  plotlyServerURL: "",
  displayModeBar: true,
  responsive: false,
  scrollZoom: false,
  doubleClick: false,
  showTips: false,
} as const;
