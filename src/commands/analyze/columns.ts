/** Columns of what `rr analyze` shows people. */
import type { ReviewedDecision, SeatReview } from '../../selfplay/analysis/review.ts';
import { BLUNDER } from '../../selfplay/analysis/review.ts';
import type { Column } from '../cli/render.ts';

const signed = (value: number): string => (value >= 0 ? '+' : '') + value.toFixed(2);
const share = (value: number): string => `${(100 * value).toFixed(0)}%`;

const WHERE: readonly Column<ReviewedDecision>[] = [
  { title: 'PLY', value: (row) => String(row.ply) },
  { title: 'SEAT', value: (row) => String(row.player) },
  { title: 'PLAYED', value: (row) => row.played ?? '-' },
];

const bestMoves = ({ moves }: ReviewedDecision): string =>
  moves
    .slice(0, 3)
    .map(({ text, visits }) => `${text} (${visits})`)
    .join(' · ');

export const DECISION_COLUMNS: readonly Column<ReviewedDecision>[] = [
  ...WHERE,
  { title: 'VALUE BY SEAT', value: (row) => row.values.map(signed).join(' ') },
  { title: 'LOSS', value: (row) => (row.loss > 0 ? row.loss.toFixed(2) : '') },
  { title: 'BEST (VISITS)', value: bestMoves },
];

export const BLUNDER_COLUMNS: readonly Column<ReviewedDecision>[] = [
  ...WHERE,
  { title: 'LOSS', value: (row) => row.loss.toFixed(2) },
  { title: 'BETTER', value: (row) => row.moves[0]?.line.slice(0, 4).join(', ') ?? '' },
];

export const SEAT_COLUMNS: readonly Column<SeatReview>[] = [
  { title: 'SEAT', value: (row) => String(row.seat) },
  { title: 'DECISIONS', value: (row) => String(row.decisions) },
  { title: "NETWORK'S MOVE", value: (row) => share(row.agreement) },
  { title: 'MEAN LOSS', value: (row) => row.meanLoss.toFixed(3) },
  { title: `LOSSES FROM ${BLUNDER}`, value: (row) => String(row.blunders) },
];
