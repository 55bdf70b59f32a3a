/** Colours of charts and of the pages around them, and what makes a chart a file of its own. */

/** By the names that the style sheet of charts uses. */
export type ChartColours = Readonly<Record<string, string>>;

export const LIGHT: ChartColours = {
  bg: '#fbfaf7',
  ink: '#23201b',
  quiet: '#6f6a60',
  line: '#dedad0',
  card: '#fff',
  c0: '#1f6f8b',
  c1: '#c2571a',
  c2: '#4f8a3c',
  c3: '#8a4f9e',
  c4: '#a8842c',
  c5: '#777',
  win: '#3c8d5a',
  open: '#c9c2b2',
  plain: '#1f6f8b',
  bad: '#b23a3a',
};

export const DARK: ChartColours = {
  bg: '#191816',
  ink: '#e9e5dc',
  quiet: '#a29c8f',
  line: '#3a3731',
  card: '#22201d',
  c0: '#6bb8d3',
  c1: '#ec9460',
  c2: '#93c881',
  c3: '#c99adb',
  c4: '#d8b863',
  c5: '#aaa',
  win: '#63b884',
  open: '#5d574c',
  plain: '#6bb8d3',
  bad: '#e07a7a',
};

/** `--ink:#23201b;…` for a style sheet. */
export const variables = (colours: ChartColours): string =>
  Object.entries(colours)
    .map(([name, colour]) => `--${name}:${colour}`)
    .join(';');

const series = [0, 1, 2, 3, 4, 5].map(
  (i) =>
    `.chart .s${i}{stroke:var(--c${i})}.chart circle.s${i},.chart tspan.s${i}{fill:var(--c${i})}.chart tspan.s${i}{stroke:none}`,
);

/** For pages that set the variables of their colours. */
export const CHART_STYLE = `.chart text{fill:var(--quiet);font:11px system-ui,sans-serif}.chart text.title{fill:var(--ink);font-weight:600;font-size:12px}
.chart .grid{stroke:var(--line)}.chart polyline{fill:none;stroke-width:2}.chart .whisker{stroke-width:1.5;opacity:.6;stroke:var(--ink)}
${series.join('')}
.chart .rest{fill:var(--line);opacity:.5}.chart .win{fill:var(--win)}.chart .open{fill:var(--open)}.chart .loss{fill:var(--bad)}.chart .plain{fill:var(--plain)}`;

/** Some viewers of SVG files know no variables: the light colours stand in their places. */
const FILE_STYLE = CHART_STYLE.replace(/var\(--(\w+)\)/g, (_, name: string) => LIGHT[name] ?? 'black');

const GAP = 12;
const SIZE = /viewBox="0 0 (\d+) (\d+)"/;

/** Charts one below the other as a file that any viewer shows, on a white ground. */
export function chartFile(charts: readonly string[]): string {
  let width = 0;
  let y = GAP;
  const placed = charts.map((chart) => {
    const [, chartWidth = '0', chartHeight = '0'] = SIZE.exec(chart) ?? [];
    const at = chart.replace('<svg ', `<svg x="${GAP}" y="${y}" width="${chartWidth}" height="${chartHeight}" `);
    width = Math.max(width, Number(chartWidth));
    y += Number(chartHeight) + GAP;
    return at;
  });
  width += 2 * GAP;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${y}" viewBox="0 0 ${width} ${y}">
<style>${FILE_STYLE}</style><rect width="100%" height="100%" fill="#fff"/>
${placed.join('\n')}
</svg>
`;
}
