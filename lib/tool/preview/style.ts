/** Colours and type of the preview, light and dark. */

/** Of the drawing, alone or within a page. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --page: #ffffff; --ink: #1b2129; --quiet: #59636f; --grid: #d5dae0; --rest: #f1f3f5; --feast: #f6edfa;
  --on: #0a7d4f; --off: #aab2bc; --except: #b45f06; --stripe: #ffd9a0; --today: #1a5fd0; --named: #7d3a9c;
  --clock: #0b6b86; --warn: #8a4b00;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #12161b; --ink: #e7ebf0; --quiet: #a0abb7; --grid: #333c46; --rest: #1c2229; --feast: #2a2030;
    --on: #3ccb8c; --off: #5a6571; --except: #f0a23a; --stripe: #6b4208; --today: #74aaff; --named: #d5a4ee;
    --clock: #62c7e3; --warn: #ffc266;
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
svg .day { fill: none; stroke: var(--grid); vector-effect: non-scaling-stroke; }
svg .rest { fill: var(--rest); }
svg .feast { fill: var(--feast); }
svg .is-today { stroke: var(--today); stroke-width: 2; }
svg .now { stroke: var(--ink); stroke-width: 1.5; }
svg .tick { stroke: var(--grid); }
svg .now, svg .tick { vector-effect: non-scaling-stroke; }
svg .on { fill: var(--on); }
svg .lead { fill: var(--on); opacity: 0.55; }
svg .off { fill: var(--off); }
svg .holiday, svg .make-up, svg .workday { fill: var(--named); }
svg text.exception { fill: var(--except); }
svg .clock { fill: var(--clock); }
svg rect.exception { fill: url(#exception); }
svg rect.gap { fill: url(#gap); }
svg .today { fill: var(--today); font-weight: 650; }
svg .exception-base { fill: var(--except); }
svg .exception-stripe { stroke: var(--stripe); stroke-width: 2.5; }
svg .gap-base { fill: var(--page); }
svg .gap-stripe { stroke: var(--clock); stroke-width: 1.5; }
`;

/** Of the page around the drawing, with its colours. */
export const PAGE_STYLE = `
body {
  margin: 0 auto; max-width: 1168px; padding-bottom: 3rem; background: var(--page); color: var(--ink);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", "Noto Sans", "Noto Sans CJK SC", sans-serif;
}
figure { margin: 0; overflow-x: auto; }
figure svg { display: block; width: 100%; min-width: 900px; height: auto; }
h2, p, details, .scroll { margin: 0.75rem 24px; }
p { color: var(--quiet); }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: left; vertical-align: top; padding: 0.3rem 0.9rem 0.3rem 0; border-bottom: 1px solid var(--grid); }
th { font-weight: 600; overflow-wrap: anywhere; }
summary { cursor: pointer; color: var(--today); overflow-wrap: anywhere; }
@media print { details { display: none; } }
`;
