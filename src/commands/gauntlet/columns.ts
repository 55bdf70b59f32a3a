/** How verdicts look in a table. */
import type { VerdictRecord } from '../../arena/records.ts';
import type { Column } from '../cli/render.ts';

export const percent = (share: number): string => `${(100 * share).toFixed(1)}%`;

export const verdictColumns: readonly Column<VerdictRecord>[] = [
  { title: 'AGAINST', value: ({ opponent }) => opponent.id },
  { title: 'GAMES', value: ({ games }) => games },
  { title: 'WON', value: ({ winRate }) => percent(winRate), align: 'right' },
  { title: '95%', value: ({ wilson }) => `${percent(wilson.low)} – ${percent(wilson.high)}` },
  { title: 'BY SEAT', value: ({ bySeat }) => bySeat.map(({ wins, games }) => `${wins}/${games}`).join(' ') },
  { title: 'OPEN', value: ({ undecided }) => undecided },
  { title: 'TEST', value: ({ test }) => test && `${test.result} (LLR ${test.llr})` },
];
