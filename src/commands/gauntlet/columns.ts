/** How verdicts look in a table. */
import type { VerdictRecord } from '../../arena/records.ts';
import type { Column } from '../cli/render.ts';

export const percent = (share: number): string => `${(100 * share).toFixed(1)}%`;

export const verdictColumns: readonly Column<VerdictRecord>[] = [
  { title: 'AGAINST', value: ({ opponent }) => opponent.id },
  { title: 'GAMES', value: ({ games }) => games },
  { title: 'WON', value: ({ winRate }) => percent(winRate), align: 'right' },
  { title: '95%', value: ({ wilson }) => `${percent(wilson.low)} – ${percent(wilson.high)}` },
  { title: 'BY SEAT', drop: 2, value: ({ bySeat }) => bySeat.map(({ wins, games }) => `${wins}/${games}`).join(' ') },
  { title: 'OPEN', drop: 1, value: ({ undecided }) => undecided },
  { title: 'TEST', wrap: true, value: ({ test }) => test && `${test.result} (LLR ${test.llr})` },
];
