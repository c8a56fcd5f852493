/** Colours and type of the drawn report, light and dark; the same for SVG and HTML. */

export const STYLE = `
:root {
  color-scheme: light dark;
  --page: #ffffff; --ink: #1b2129; --quiet: #59636f; --grid: #d5dae0; --idle: #eef1f4;
  --spent: #0a7d4f; --saved: #2c64c9; --warn: #8a4b00; --warn-page: #fff6e5; --gap: #c2410c;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #12161b; --ink: #e7ebf0; --quiet: #a0abb7; --grid: #333c46; --idle: #1d242b;
    --spent: #3ccb8c; --saved: #74aaff; --warn: #ffc266; --warn-page: #2c2312; --gap: #ff8a5c;
  }
}
svg { font-family: system-ui, -apple-system, "Segoe UI", "Noto Sans", "Noto Sans CJK SC", sans-serif; }
svg text { fill: var(--ink); font-size: 11px; font-variant-numeric: tabular-nums; }
svg .page { fill: var(--page); }
svg .title { font-size: 24px; font-weight: 650; }
svg .name { font-size: 16px; font-weight: 650; }
svg .fact { font-size: 13px; }
svg .key { font-size: 12px; }
svg .quiet { fill: var(--quiet); }
svg .strong { font-weight: 650; }
svg .end { text-anchor: end; }
svg .middle { text-anchor: middle; }
svg .warning { fill: var(--warn); font-size: 12.5px; }
svg .idle { fill: var(--idle); }
svg .spent { fill: var(--spent); }
svg .saved { fill: var(--saved); }
svg .saved-text { fill: var(--saved); }
svg .spent-text { fill: var(--spent); }
svg .saved-stripe { stroke: var(--saved); stroke-width: 3; }
svg .unknown-base { fill: var(--warn-page); }
svg .unknown-stripe { stroke: var(--warn); stroke-width: 1.5; }
svg .gap { stroke: var(--gap); stroke-width: 2.5; }
svg .tick { stroke: var(--grid); }
`;

/** For the page around the drawings. */
export const PAGE_STYLE = `
body {
  margin: 0 auto; padding: 1.5rem 1.25rem 3rem; max-width: 1160px; background: var(--page); color: var(--ink);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", "Noto Sans", "Noto Sans CJK SC", sans-serif;
}
h1 { font-size: 1.9rem; line-height: 1.2; margin: 0 0 0.35rem; }
h2 { font-size: 1.2rem; margin: 0 0 0.25rem; overflow-wrap: anywhere; }
p { margin: 0.15rem 0; }
.quiet, figcaption, footer { color: var(--quiet); }
.answer { font-size: 1.1rem; }
section { margin-top: 2rem; padding-top: 1rem; border-top: 1px solid var(--grid); }
figure { margin: 0.75rem 0; overflow-x: auto; }
figure svg { display: block; width: 100%; min-width: 760px; height: auto; }
figure.bar svg { min-width: 0; height: 26px; }
.why { display: grid; grid-template-columns: repeat(auto-fit, minmax(220px, 1fr)); gap: 0.75rem; margin: 1.25rem 0; }
.why div { padding: 0.7rem 0.9rem; border: 1px solid var(--grid); border-radius: 6px; overflow-wrap: anywhere; }
.why dt { color: var(--quiet); }
.why dd { margin: 0; }
.why dd:first-of-type { font-size: 1.25rem; font-weight: 650; }
.warnings {
  margin: 1rem 0; padding: 0.6rem 1rem; border-left: 4px solid var(--warn); background: var(--warn-page);
  color: var(--warn); overflow-wrap: anywhere;
}
.warnings ul { margin: 0.25rem 0 0; padding-left: 1.2rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; margin: 0.75rem 0; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: 0.3rem 0.9rem 0.3rem 0; border-bottom: 1px solid var(--grid); }
th { font-weight: 600; }
td.number, th.number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
th[scope=row] { overflow-wrap: anywhere; font-weight: 400; }
td.unknown { color: var(--warn); }
summary { cursor: pointer; font-weight: 600; overflow-wrap: anywhere; }
details { margin: 0.75rem 0; }
footer { margin-top: 2rem; padding-top: 1rem; border-top: 1px solid var(--grid); overflow-wrap: anywhere; }
footer h2 { color: var(--ink); }
@media print { section { break-inside: avoid; } }
`;
