/**
 * Small SVG charts that need nothing else: inside a page they follow its colours (chart-style.ts), as files they bring
 * their own.
 */
import { escapeXml } from '../board/svg.ts';

export interface ChartPoint {
  readonly x: number;
  readonly y: number;
  /** Ends of an interval, drawn as a whisker. */
  readonly low?: number;
  readonly high?: number;
  /** Shown on hover. */
  readonly title?: string;
}

export interface Series {
  readonly name: string;
  readonly points: readonly ChartPoint[];
  /** Dashed: a figure of held-out games, for instance. */
  readonly dashed?: boolean;
}

export interface ChartOptions {
  readonly title: string;
  readonly xLabel: string;
  readonly yLabel: string;
  /** How a number on the x axis reads. */
  readonly xText?: (x: number) => string;
}

/** As wide as a phone, so that its text is legible there; wider pages put several side by side. */
const WIDTH = 400;
const PLOT = 190;
const LEFT = 44;
const RIGHT = 12;
const BOTTOM = 40;
/** Height of a line of text, and the mean width of a letter of 11 px. */
const LINE = 14;
const LETTER = 5.8;

/** Lines through points with whiskers, a legend above when there are several. */
export function lineChart(series: readonly Series[], { title, xLabel, yLabel, xText = short }: ChartOptions): string {
  const points = series.flatMap((one) => one.points);
  if (points.length === 0) return '';
  const [x0, x1] = range(
    points.map(({ x }) => x),
    0,
  );
  const [y0, y1] = range(
    points.flatMap(({ y, low = y, high = y }) => [low, high]),
    0.06,
  );
  const rows = legendRows(series);
  const top = 20 + rows.length * LINE;
  const height = top + PLOT + BOTTOM;
  const px = (x: number): string => (LEFT + ((x - x0) / (x1 - x0)) * (WIDTH - LEFT - RIGHT)).toFixed(1);
  const py = (y: number): string => (height - BOTTOM - ((y - y0) / (y1 - y0)) * PLOT).toFixed(1);
  const grid = ticks(y0, y1, 5).map(
    (y) =>
      `<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${py(y)}" y2="${py(y)}"/>` +
      `<text x="${LEFT - 6}" y="${py(y)}" dy="4" text-anchor="end">${short(y)}</text>`,
  );
  const xs = [...new Set(points.map(({ x }) => x))].sort((a, b) => a - b);
  const marks = (xs.length <= 8 ? xs : ticks(x0, x1, 6)).map(
    (x) => `<text x="${px(x)}" y="${height - BOTTOM + 16}" text-anchor="middle">${escapeXml(xText(x))}</text>`,
  );
  const lines = series.map(({ points: own, dashed }, i) => {
    const path = own.map(({ x, y }) => `${px(x)},${py(y)}`).join(' ');
    const whiskers = own.flatMap(({ x, low, high }) =>
      low === undefined || high === undefined
        ? []
        : [`<line class="whisker s${i % 6}" x1="${px(x)}" x2="${px(x)}" y1="${py(low)}" y2="${py(high)}"/>`],
    );
    const dots = own.map(
      ({ x, y, title: hover }) =>
        `<circle class="s${i % 6}" cx="${px(x)}" cy="${py(y)}" r="3.5">${hover === undefined ? '' : `<title>${escapeXml(hover)}</title>`}</circle>`,
    );
    return `${whiskers.join('')}<polyline class="s${i % 6}" points="${path}"${dashed ? ' stroke-dasharray="5 4"' : ''}/>${dots.join('')}`;
  });
  const legend = rows.map((row, line) => {
    const entries = row.map(
      ({ name, index }, i) =>
        `<tspan class="s${index % 6}" dx="${i === 0 ? 0 : 12}">● </tspan><tspan>${escapeXml(name)}</tspan>`,
    );
    return `<text x="12" y="${14 + (line + 1) * LINE}">${entries.join('')}</text>`;
  });
  return `<svg class="chart" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escapeXml(title)}">
<text class="title" x="12" y="14">${escapeXml(title)}</text>${legend.join('')}
${grid.join('')}${marks.join('')}${lines.join('')}
<text x="${WIDTH - RIGHT}" y="${height - 6}" text-anchor="end">${escapeXml(xLabel)}</text>
<text x="12" y="${top + 4}" transform="rotate(-90 12 ${top + 4})" text-anchor="end">${escapeXml(yLabel)}</text></svg>`;
}

interface LegendEntry {
  readonly name: string;
  readonly index: number;
}

/** Names in as many lines as they need; a single series needs none. */
function legendRows(series: readonly Series[]): LegendEntry[][] {
  if (series.length < 2) return [];
  const rows: LegendEntry[][] = [];
  let used = Number.POSITIVE_INFINITY;
  for (const [index, { name }] of series.entries()) {
    const width = name.length * LETTER + 26;
    if (used + width > WIDTH - 24) {
      rows.push([]);
      used = 0;
    }
    rows.at(-1)?.push({ name, index });
    used += width;
  }
  return rows;
}

export interface Bar {
  readonly name: string;
  /** Shares of the whole, from the left; what they leave is the rest. */
  readonly parts: readonly { readonly share: number; readonly kind: 'win' | 'open' | 'loss' | 'plain' }[];
  /** Written at the right end. */
  readonly text: string;
  /** Ends of an interval of the first part. */
  readonly low?: number;
  readonly high?: number;
}

const BAR = 22;
const NAME = 176;
const TEXT = 84;

/** Horizontal bars, one below the other. */
export function barChart(bars: readonly Bar[], title: string): string {
  if (bars.length === 0) return '';
  const height = 24 + bars.length * BAR + 6;
  const width = WIDTH - NAME - TEXT;
  const rows = bars.map(({ name, parts, text, low, high }, i) => {
    const y = 24 + i * BAR;
    let x = NAME;
    const boxes = parts.map(({ share, kind }) => {
      const box = `<rect class="${kind}" x="${x.toFixed(1)}" y="${y + 3}" width="${(share * width).toFixed(1)}" height="${BAR - 8}"/>`;
      x += share * width;
      return box;
    });
    const whisker =
      low === undefined || high === undefined
        ? ''
        : `<line class="whisker" x1="${(NAME + low * width).toFixed(1)}" x2="${(NAME + high * width).toFixed(1)}" y1="${y + 10}" y2="${y + 10}"/>`;
    return (
      `<text x="${NAME - 8}" y="${y + 14}" text-anchor="end">${escapeXml(name)}</text>` +
      `<rect class="rest" x="${NAME}" y="${y + 3}" width="${width}" height="${BAR - 8}"/>${boxes.join('')}${whisker}` +
      `<text x="${NAME + width + 8}" y="${y + 14}">${escapeXml(text)}</text>`
    );
  });
  return `<svg class="chart" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escapeXml(title)}"><text class="title" x="0" y="14">${escapeXml(title)}</text>${rows.join('')}</svg>`;
}

function range(values: readonly number[], margin: number): [number, number] {
  const low = Math.min(...values);
  const high = Math.max(...values);
  const room = (high - low) * margin;
  return high > low ? [low - room, high + room] : [low - 1, high + 1];
}

/** Round numbers in [low, high], about `count` of them. */
function ticks(low: number, high: number, count: number): number[] {
  const raw = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= raw) ?? raw;
  const first = Math.ceil(low / step);
  return Array.from({ length: Math.max(0, Math.floor(high / step) - first + 1) }, (_, i) => (first + i) * step);
}

const short = (value: number): string => value.toLocaleString('en-US', { maximumSignificantDigits: 4 });
