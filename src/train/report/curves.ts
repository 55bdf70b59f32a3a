/** The course of a training as an SVG: losses, accuracies and learning rate over the epochs. */
import type { EpochFigures } from '../learn/progress.ts';

const WIDTH = 720;
const PANEL = 200;
const LEFT = 64;
const RIGHT = 150;
const GAP = 46;

interface Curve {
  readonly name: string;
  readonly colour: string;
  readonly dashed?: boolean;
  readonly of: (figures: EpochFigures) => number | undefined;
}

interface Panel {
  readonly title: string;
  readonly curves: readonly Curve[];
}

/** Colours that stay apart for colour-blind readers (Okabe & Ito). */
const BLUE = '#0072b2';
const ORANGE = '#d55e00';
const GREEN = '#009e73';

const both = (name: string, colour: string, of: (metrics: EpochFigures['train']) => number): Curve[] => [
  { name: `${name}, train`, colour, dashed: true, of: ({ train }) => of(train) },
  { name: `${name}, held out`, colour, of: ({ validation }) => validation && of(validation) },
];

const PANELS: readonly Panel[] = [
  {
    title: 'loss',
    curves: [
      ...both('all', GREEN, ({ loss }) => loss),
      ...both('policy', BLUE, ({ losses }) => losses.policy),
      ...both('value', ORANGE, ({ losses }) => losses.value),
    ],
  },
  {
    title: 'accuracy',
    curves: [
      ...both('policy top-1', BLUE, ({ policy_top1 }) => policy_top1),
      ...both('policy top-5', GREEN, ({ policy_top5 }) => policy_top5),
      ...both('value', ORANGE, ({ value_accuracy }) => value_accuracy),
    ],
  },
  { title: 'learning rate', curves: [{ name: 'rate', colour: BLUE, of: ({ learning_rate }) => learning_rate }] },
];

/** A picture of its own, readable on light and dark pages. */
export function curvesSvg(title: string, epochs: readonly EpochFigures[]): string {
  const height = GAP + PANELS.length * (PANEL + GAP);
  const body = PANELS.map((panel, i) => drawPanel(panel, epochs, GAP + i * (PANEL + GAP))).join('\n');
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="12">
<rect width="100%" height="100%" fill="#fff"/>
<text x="${LEFT}" y="22" font-size="15">${escaped(title)}</text>
${body}
</svg>
`;
}

function drawPanel({ title, curves }: Panel, epochs: readonly EpochFigures[], top: number): string {
  const values = curves.flatMap(({ of }) => epochs.flatMap((figures) => of(figures) ?? []));
  if (values.length === 0) return '';
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const span = high - low || 1;
  const right = WIDTH - RIGHT;
  const last = Math.max(2, epochs.at(-1)?.epoch ?? 2);
  const x = (epoch: number): number => LEFT + ((epoch - 1) / (last - 1)) * (right - LEFT);
  const y = (value: number): number => top + PANEL - ((value - low) / span) * PANEL;
  const lines = [0, 0.25, 0.5, 0.75, 1].map((share) => {
    const value = low + share * span;
    return (
      `<line x1="${LEFT}" x2="${right}" y1="${at(y(value))}" y2="${at(y(value))}" stroke="#ddd"/>` +
      `<text x="${LEFT - 6}" y="${at(y(value) + 4)}" text-anchor="end" fill="#555">${Number(value.toPrecision(3))}</text>`
    );
  });
  const drawn = curves.flatMap(({ name, colour, dashed, of }, i) => {
    const points = epochs.flatMap((figures) => {
      const value = of(figures);
      return value === undefined ? [] : [`${at(x(figures.epoch))},${at(y(value))}`];
    });
    if (points.length === 0) return [];
    const dash = dashed ? ' stroke-dasharray="4 3"' : '';
    const key = top + 12 + i * 17;
    return [
      `<polyline points="${points.join(' ')}" fill="none" stroke="${colour}" stroke-width="1.8"${dash}/>`,
      `<line x1="${right + 10}" x2="${right + 30}" y1="${key - 4}" y2="${key - 4}" stroke="${colour}" stroke-width="1.8"${dash}/>` +
        `<text x="${right + 35}" y="${key}" font-size="10">${escaped(name)}</text>`,
    ];
  });
  const axis =
    `<text x="${LEFT}" y="${top - 6}" fill="#333">${title}</text>` +
    `<text x="${LEFT}" y="${top + PANEL + 15}" fill="#555">epoch 1</text>` +
    `<text x="${right}" y="${top + PANEL + 15}" text-anchor="end" fill="#555">${last}</text>`;
  return [...lines, ...drawn, axis].join('\n');
}

const at = (value: number): string => value.toFixed(1);
const escaped = (text: string): string => text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
