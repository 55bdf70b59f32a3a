/** Games of a record stream. */
import { qualityScore } from '../quality/quality.ts';
import type { GameRecord } from '../record/game.ts';
import { replayRecord } from '../record/game-read.ts';
import type { Game } from './game.ts';

/**
 * The game, replayed and checked. `created` is the stream's time where the record has none.
 * @throws RrError RECORD_INVALID naming the first move that is not legal or whose position differs.
 */
export function fromRecord(record: GameRecord, where: string, created: string | null = null): Game {
  const { rules, initial, moves, variants, searches } = replayRecord(record, where);
  const winner = record.winner ?? 0;
  return {
    id: record.id,
    rules,
    initial,
    moves,
    variants,
    searches,
    completed: record.status === 'completed',
    winner,
    reason: record.reason,
    meta: {
      where: where.replace(/:\d+$/, ''),
      source: record.source ?? record.engine ?? null,
      engine: record.engine ?? null,
      createdAt: record.created ?? created,
      completedAt: null,
      quality: qualityScore({ moves: moves.length, decisive: winner > 0, sourceNamed: record.engine !== undefined }),
      opponent: null,
      modelElo: null,
    },
  };
}
