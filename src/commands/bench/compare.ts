/** `rr bench compare`: figures of two runs beside each other. */
import { Args, Flags } from '@oclif/core';
import { type Outcome, RrCommand } from '../cli/base.ts';
import type { Column } from '../cli/render.ts';
import { type Figure, figuresOf, RECORDED_FIGURES } from './figures.ts';

interface Difference {
  readonly suite: string;
  readonly case: string;
  readonly metric: string;
  readonly unit: string;
  readonly a: number;
  readonly b: number;
  /** b / a - 1 */
  readonly change: number;
  /** The part that got lost, at least 0; absent where neither more nor less is better. */
  readonly loss?: number;
}

export default class BenchCompare extends RrCommand {
  static override description =
    'Shows the figures that two runs have in common and how they changed. A and B are records of rr bench, or commits ' +
    'whose figures npm run bench:record has kept; of several runs of a commit the median counts. Compare runs of one ' +
    'machine, idle both times. With --max-loss, exit 3 when a rate fell, or a cost rose, by more. Exit 4 when they ' +
    'have nothing in common.';

  static override examples = [
    'rr bench compare before.ndjson after.ndjson',
    'rr bench compare before.ndjson after.ndjson --max-loss 10',
  ];

  static override args = {
    a: Args.string({ description: 'records of rr bench, or a commit', required: true }),
    b: Args.string({ description: 'the other ones', required: true }),
  };

  static override flags = {
    record: Flags.string({
      description: 'where figures of commits are kept',
      default: RECORDED_FIGURES,
      helpValue: 'FILE',
    }),
    'max-loss': Flags.integer({ description: 'loss in percent that is accepted', min: 0, helpValue: 'PERCENT' }),
  };

  protected async execute(): Promise<Outcome> {
    const { args, flags } = await this.parse(BenchCompare);
    const [a, b] = [await figuresOf(args.a, flags.record), await figuresOf(args.b, flags.record)];
    if (a.cpu !== b.cpu) this.note(`the machines differ: ${a.cpu ?? 'unknown'}, ${b.cpu ?? 'unknown'}`);
    const rows = [...a.figures].flatMap(([key, before]) => {
      const after = b.figures.get(key);
      return after ? [difference(before, after)] : [];
    });
    const maxLoss = flags['max-loss'];
    const worse = maxLoss === undefined ? 0 : rows.filter(({ loss = 0 }) => loss > maxLoss / 100).length;
    await this.present({
      type: 'difference',
      rows,
      columns: COLUMNS,
      summary: { figures: rows.length, ...(maxLoss !== undefined && { maxLoss, worse }) },
    });
    if (rows.length === 0) return 4;
    return worse > 0 ? 3 : 0;
  }
}

function difference({ suite, case: what, metric, unit, value: a }: Figure, { value: b }: Figure): Difference {
  // to a hundredth of a percent, so that a limit of 20 % takes a loss of 20 %
  const change = a === 0 ? 0 : Number((b / a - 1).toFixed(4));
  const better = /\/s(\/core)?$/.test(unit) ? 1 : /^(CPU µs|bytes)\//.test(unit.replace(' ', '/')) ? -1 : 0;
  const loss = Math.max(0, -better * change);
  return { suite, case: what, metric, unit, a, b, change, ...(better !== 0 && { loss }) };
}

const percent = (change: number): string => `${change < 0 ? '−' : '+'}${(100 * Math.abs(change)).toFixed(1)} %`;

const COLUMNS: readonly Column<Difference>[] = [
  { title: 'CASE', value: (row) => row.case },
  { title: 'METRIC', value: (row) => row.metric },
  { title: 'A', value: (row) => row.a },
  { title: 'B', value: (row) => row.b },
  { title: 'CHANGE', value: (row) => percent(row.change), align: 'right' },
  { title: 'UNIT', drop: 1, value: (row) => row.unit, align: 'left' },
];
