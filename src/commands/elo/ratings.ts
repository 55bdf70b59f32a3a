/** Shared by the rating commands: the ratings of one config, and their columns. */
import type { Ratings } from '../../arena/ratings/ratings.ts';
import { readRatings } from '../../arena/ratings/read.ts';
import type { GameConfig } from '../../engine/config-key.ts';
import { dataPaths } from '../../io/paths.ts';
import type { Column } from '../cli/render.ts';
import { timeText } from '../cli/time-text.ts';

/** `data` is the value of --data. */
export const ratingsFor = (data: string | undefined, config: GameConfig): Promise<Ratings> =>
  readRatings(dataPaths(data).state, config);

/** One row of a rating table. */
export interface RatingRow {
  readonly participant: string;
  readonly elo: number;
  readonly low: number;
  readonly high: number;
  readonly games: number;
  readonly first: number;
  readonly last: number;
  readonly runningElo: number;
}

export const ratingColumns: readonly Column<RatingRow>[] = [
  { title: 'PARTICIPANT', value: ({ participant }) => participant },
  { title: 'ELO', value: ({ elo }) => Math.round(elo) },
  { title: '95%', value: ({ low, high }) => `${Math.round(low)} – ${Math.round(high)}` },
  { title: 'GAMES', drop: 3, value: ({ games }) => games },
  { title: 'LAST GAME', drop: 1, value: ({ last }) => timeText(last) },
];

/** Hundredths of an Elo are enough; more would only differ by rounding. */
export const roundedRow = (row: RatingRow): RatingRow => ({
  ...row,
  elo: rounded(row.elo),
  low: rounded(row.low),
  high: rounded(row.high),
  runningElo: rounded(row.runningElo),
});

const rounded = (value: number): number => Math.round(value * 100) / 100;
