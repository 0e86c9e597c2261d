/** The report's own style: light, calm, and one layer per page on A4. */
export const REPORT_STYLE = `
:root { color-scheme: light; }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 920px; padding: 32px 24px; background: #fff; color: #16191d;
  font: 14px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", Arial, sans-serif;
  font-variant-numeric: tabular-nums; }
h1 { font-size: 26px; line-height: 32px; margin: 0 0 4px; overflow-wrap: anywhere; }
h2 { font-size: 19px; line-height: 26px; margin: 32px 0 8px; overflow-wrap: anywhere; }
h3 { font-size: 15px; line-height: 22px; margin: 16px 0 4px; }
p { margin: 0 0 8px; max-width: 76ch; overflow-wrap: anywhere; }
a { color: #1f5fbf; }
.muted { color: #565e68; }
.small { font-size: 13px; line-height: 19px; }
.notice { border: 1px solid #16191d; border-radius: 6px; padding: 6px 12px; display: inline-block; font-weight: 600; }
svg { display: block; max-width: 100%; height: auto; }
figure { margin: 8px 0; }
figcaption { color: #565e68; font-size: 13px; line-height: 19px; max-width: 76ch; }
.table { overflow-x: auto; }
table { border-collapse: collapse; font-size: 13px; line-height: 19px; margin: 8px 0; }
th, td { padding: 3px 16px 3px 0; text-align: right; vertical-align: middle; border-bottom: 1px solid #e3e6ea; }
th:first-child, .words { text-align: left; }
th { font-weight: 560; }
thead th { color: #565e68; font-weight: 400; }
td.words { max-width: 60ch; }
caption { text-align: left; padding-bottom: 4px; }
td svg, th svg { display: inline-block; vertical-align: middle; }
dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 2px 16px; margin: 12px 0; }
dt { color: #565e68; }
dd { margin: 0; overflow-wrap: anywhere; }
.mono { font-family: ui-monospace, "SF Mono", "Cascadia Mono", "Liberation Mono", Menlo, monospace; font-size: 12px; }
.answer { font-weight: 620; }
.contents { columns: 2 260px; padding-left: 20px; }
.contents li { overflow-wrap: anywhere; }
.contents a { display: inline-block; min-height: 24px; }
@page { size: A4; margin: 14mm 15mm 16mm; @bottom-right { content: counter(page); font: 9pt sans-serif; } }
@media print {
  body { max-width: none; padding: 0; font-size: 10pt; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  table, figcaption, .small { font-size: 8.5pt; line-height: 1.35; }
  .contents { display: none; }
  .page { break-before: page; }
  .page > h2 { margin-top: 0; }
  h2, h3 { break-after: avoid; }
  figure, tr, .together { break-inside: avoid; }
  figure svg { width: 100%; max-height: 232mm; }
  .layer figure svg { width: auto; max-width: 100%; max-height: 96mm; }
  #labels figure svg { max-height: 178mm; }
  a { color: inherit; text-decoration: none; }
}
`;
