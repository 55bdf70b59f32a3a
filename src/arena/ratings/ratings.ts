/** Ratings of everybody who played a config, and what they looked like over time. */
import type { MatchRecord } from '../records.ts';
import { ELO_INITIAL, type EloPlayer, PINNED_ELO, updateElo } from '../stats/elo.ts';
import { type Rating, rate } from '../stats/rating.ts';
import { outcomeOf } from './facts.ts';

/** The uniformly random player is what all ratings are measured from (docs/upstream-formats.md §8.1). */
export const ANCHOR = { anchor: 'random', anchorElo: 400 } as const;

export interface RatedParticipant extends Rating {
  /** First and last game, milliseconds since 1970. */
  readonly first: number;
  readonly last: number;
  /** The original's running K-factor rating, for comparison. It depends on the order of the games. */
  readonly runningElo: number;
}

export interface Ratings {
  /** Best first. */
  readonly rated: readonly RatedParticipant[];
  /** Participants whom no chain of games connects with the anchor. */
  readonly unconnected: readonly string[];
}

/** Joint ratings from all matches. Equal sets of matches give equal ratings, whatever their order. */
export function ratingsOf(matches: readonly MatchRecord[]): Ratings {
  const { ratings, unconnected } = rate(matches.map(outcomeOf), ANCHOR);
  const spans = spansOf(matches);
  const running = runningElo(matches);
  const rated = ratings.map((rating): RatedParticipant => {
    const { first = 0, last = 0 } = spans.get(rating.participant) ?? {};
    return { ...rating, first, last, runningElo: running.get(rating.participant)?.elo ?? ELO_INITIAL };
  });
  return { rated, unconnected };
}

function spansOf(matches: readonly MatchRecord[]): Map<string, { first: number; last: number }> {
  const spans = new Map<string, { first: number; last: number }>();
  for (const { seats, at } of matches) {
    for (const id of new Set(seats)) {
      const span = spans.get(id);
      spans.set(id, { first: Math.min(at, span?.first ?? at), last: Math.max(at, span?.last ?? at) });
    }
  }
  return spans;
}

/** The original's Elo over the matches in order of time: the candidate against each opponent's seat in turn. */
function runningElo(matches: readonly MatchRecord[]): Map<string, EloPlayer> {
  const players = new Map<string, EloPlayer>();
  const get = (id: string): EloPlayer => players.get(id) ?? { elo: PINNED_ELO[id] ?? ELO_INITIAL, games: 0 };
  const set = (id: string, player: EloPlayer): void => {
    players.set(id, { ...player, elo: PINNED_ELO[id] ?? player.elo });
  };
  const ordered = [...matches].sort((a, b) => a.at - b.at || (a.run < b.run ? -1 : 1) || a.index - b.index);
  for (const { candidate, opponent, points, seats } of ordered) {
    const [a, b] = updateElo(get(candidate), get(opponent), points, seats.length);
    set(candidate, a);
    set(opponent, b);
  }
  return players;
}

export interface Trend {
  /** Participants that the line goes through: networks, by first game. */
  readonly points: readonly RatedParticipant[];
  /** Slope of the weighted line through them; null with fewer than two. */
  readonly eloPerHour: number | null;
  /** 95 % interval of the slope. */
  readonly low: number | null;
  readonly high: number | null;
  /** The newest networks are no better than the best before them, within what their intervals allow. */
  readonly plateau: boolean;
  /** The newest network is worse than the best one, beyond both intervals. */
  readonly regression: boolean;
}

/** Networks a plateau has to last for. */
const PLATEAU_MODELS = 3;
const HOUR = 3_600_000;

/** How networks (ids with a hash) get on, in order of their first game. */
export function trendOf(rated: readonly RatedParticipant[]): Trend {
  const points = rated.filter(({ participant }) => isNetwork(participant)).sort((a, b) => a.first - b.first);
  const best = points.reduce<RatedParticipant | undefined>(
    (top, point) => (top && top.elo >= point.elo ? top : point),
    undefined,
  );
  const newest = points.at(-1);
  const recent = points.slice(-PLATEAU_MODELS);
  const before = points.slice(0, -PLATEAU_MODELS);
  const bestBefore = Math.max(...before.map(({ elo }) => elo));
  return {
    points,
    ...slopeOf(points),
    plateau: before.length > 0 && recent.length === PLATEAU_MODELS && recent.every(({ low }) => low <= bestBefore),
    regression: newest !== undefined && best !== undefined && newest.high < best.low,
  };
}

/** `gumbel-64:3fa2b19c04de`: what parseParticipant names networks. */
export const isNetwork = (participant: string): boolean => /:[0-9a-f]{12}$/.test(participant);

/** Least squares weighted by the inverse variances of the ratings. */
function slopeOf(points: readonly RatedParticipant[]): Pick<Trend, 'eloPerHour' | 'low' | 'high'> {
  let [weights, meanX, meanY] = [0, 0, 0];
  const data = points.map(({ first, elo, low, high }) => {
    const deviation = Math.max(1, (high - low) / 3.92);
    return { x: first / HOUR, y: elo, weight: 1 / deviation ** 2 };
  });
  for (const { x, y, weight } of data) {
    weights += weight;
    meanX += weight * x;
    meanY += weight * y;
  }
  meanX /= weights;
  meanY /= weights;
  let [xx, xy] = [0, 0];
  for (const { x, y, weight } of data) {
    xx += weight * (x - meanX) ** 2;
    xy += weight * (x - meanX) * (y - meanY);
  }
  if (data.length < 2 || !(xx > 0)) return { eloPerHour: null, low: null, high: null };
  const slope = xy / xx;
  const margin = 1.959963984540054 / Math.sqrt(xx);
  return { eloPerHour: slope, low: slope - margin, high: slope + margin };
}
