/** Colours and type of the drawn preview, light and dark; the same for SVG and HTML. */

/** For an SVG element of its own, or for a page with such elements in it. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --page: #ffffff; --ink: #1b2129; --quiet: #59636f; --grid: #d5dae0; --rest: #f1f3f5; --feast: #f6edfa;
  --on: #0a7d4f; --off: #aab2bc; --except: #b45f06; --stripe: #ffd9a0; --today: #1a5fd0; --named: #7d3a9c;
  --clock: #0b6b86; --warn: #8a4b00; --warn-page: #fff6e5;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #12161b; --ink: #e7ebf0; --quiet: #a0abb7; --grid: #333c46; --rest: #1c2229; --feast: #2a2030;
    --on: #3ccb8c; --off: #5a6571; --except: #f0a23a; --stripe: #6b4208; --today: #74aaff; --named: #d5a4ee;
    --clock: #62c7e3; --warn: #ffc266; --warn-page: #2c2312;
  }
}
svg { font-family: system-ui, -apple-system, "Segoe UI", "Noto Sans", "Noto Sans CJK SC", sans-serif; }
svg text { fill: var(--ink); font-size: 11px; }
svg .page { fill: var(--page); }
svg .title { font-size: 22px; font-weight: 650; }
svg .name { font-size: 18px; font-weight: 650; }
svg .fact { font-size: 12.5px; fill: var(--quiet); }
svg .strong { font-weight: 650; }
svg .quiet { fill: var(--quiet); }
svg .label { font-size: 10px; }
svg .key { font-size: 12px; }
svg .hour { font-size: 9px; fill: var(--quiet); text-anchor: middle; }
svg .end { text-anchor: end; }
svg .warning { fill: var(--warn); font-size: 12.5px; }
svg .day { fill: none; stroke: var(--grid); }
svg .rest { fill: var(--rest); }
svg .feast { fill: var(--feast); }
svg .is-today { stroke: var(--today); stroke-width: 2; }
svg .now { stroke: var(--ink); stroke-width: 1.5; }
svg .tick { stroke: var(--grid); }
svg .on { fill: var(--on); }
svg .lead { fill: var(--on); opacity: 0.55; }
svg .off { fill: var(--off); }
svg .holiday, svg .make-up, svg .workday { fill: var(--named); }
svg .exception { fill: var(--except); }
svg .clock { fill: var(--clock); }
svg .today { fill: var(--today); font-weight: 650; }
svg .exception-base { fill: var(--except); }
svg .exception-stripe { stroke: var(--stripe); stroke-width: 2.5; }
svg .gap-base { fill: var(--page); }
svg .gap-stripe { stroke: var(--clock); stroke-width: 1.5; }
`;

/** For the page around the drawings. */
export const PAGE_STYLE = `
body {
  margin: 0 auto; padding: 1.5rem 1.25rem 3rem; max-width: 1160px; background: var(--page); color: var(--ink);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", "Noto Sans", "Noto Sans CJK SC", sans-serif;
}
h1 { font-size: 1.6rem; line-height: 1.2; margin: 0 0 0.25rem; }
h2 { font-size: 1.25rem; margin: 0; overflow-wrap: anywhere; }
p { margin: 0.15rem 0; }
.facts, .range, footer, figcaption { color: var(--quiet); }
.answer { font-size: 1.05rem; }
section { margin-top: 2.25rem; padding-top: 1rem; border-top: 1px solid var(--grid); }
figure { margin: 0.75rem 0; overflow-x: auto; }
figure svg { display: block; width: 100%; min-width: 900px; height: auto; }
.legend { overflow-x: auto; }
.legend svg { display: block; width: 100%; min-width: 700px; }
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
td.when, th.when { white-space: nowrap; }
th[scope=row] { overflow-wrap: anywhere; }
a { color: var(--today); }
summary { cursor: pointer; color: var(--today); }
footer { margin-top: 2.25rem; padding-top: 1rem; border-top: 1px solid var(--grid); }
footer p:first-child { color: var(--ink); font-weight: 600; }
@media print { details { display: none; } section { break-inside: avoid; } }
`;
