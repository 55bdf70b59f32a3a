import { describe, expect, test } from 'vitest';
import { Detector, Outcome } from '../../src/engine/phases.ts';
import { ranking, seatsByRank } from '../../src/engine/ranking.ts';
import { createRules } from '../../src/engine/rules.ts';
import { State } from '../../src/engine/state.ts';

interface Standing {
  readonly territory?: number;
  readonly eliminated?: number;
  readonly hand?: number;
  readonly markers?: number;
  readonly goneAt?: number;
}

function finished(standings: readonly Standing[], winner: number, outcome: number = Outcome.ringThreshold): State {
  const players = standings.length === 2 ? 2 : standings.length === 3 ? 3 : 4;
  const s = new State(createRules('hex8', players));
  standings.forEach(({ territory = 0, eliminated = 0, hand = 0, markers = 0, goneAt = 0 }, i) => {
    s.territory[i + 1] = territory;
    s.eliminated[i + 1] = eliminated;
    s.hand[i + 1] = hand;
    s.markers[i + 1] = markers;
    s.goneAt[i + 1] = goneAt;
  });
  s.end(winner, outcome, Detector.host);
  return s;
}

describe('ranking', () => {
  test.each<[string, readonly Standing[], number, number[]]>([
    ['the winner comes first whatever the counts say', [{ territory: 9, eliminated: 9 }, {}], 2, [2, 1]],
    ['territory before rings', [{}, { territory: 1 }, { eliminated: 9 }], 1, [1, 2, 3]],
    ['rings before markers', [{}, { eliminated: 1 }, { markers: 9 }], 1, [1, 2, 3]],
    ['markers before survival', [{}, { markers: 1, goneAt: 5 }, {}], 1, [1, 2, 3]],
    ['never gone beats gone late beats gone early', [{ goneAt: 7 }, {}, { goneAt: 90 }, {}], 4, [4, 2, 3, 1]],
    ['ties share a rank, the next is skipped', [{}, { eliminated: 2 }, { eliminated: 2 }, {}], 1, [1, 2, 2, 4]],
    ['a game stopped undecided ranks by counts alone', [{ territory: 1 }, { territory: 2 }], 0, [2, 1]],
  ])('%s', (_, standings, winner, ranks) => {
    expect(ranking(finished(standings, winner))).toEqual(ranks);
  });

  test('the hand counts at a stalemate only', () => {
    const standings = [{}, { hand: 3 }, { eliminated: 2 }];
    expect(ranking(finished(standings, 1, Outcome.stalemateMarkers))).toEqual([1, 2, 3]);
    expect(ranking(finished(standings, 1))).toEqual([1, 3, 2]);
  });

  test('seats grouped by rank', () => {
    expect(seatsByRank([2, 1, 2, 4])).toEqual([[2], [1, 3], [4]]);
  });
});
