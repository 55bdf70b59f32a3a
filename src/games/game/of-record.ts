/** Games of a record stream. */
import { RrError } from '../../core/errors.ts';
import { RulesError } from '../../engine/errors.ts';
import type { RawMove } from '../../engine/json/move.ts';
import { untagged } from '../exact/difference.ts';
import { qualityScore } from '../quality/quality.ts';
import type { GameRecord } from '../record/game.ts';
import { searchOf } from '../record/search.ts';
import { startOfRecord } from '../record/start.ts';
import type { Extras } from '../store/extras.ts';
import type { Game, PlyClaim } from './game.ts';

/**
 * The game as the record has it; replay() checks it. `created` is the stream's time where the record has none.
 * @throws RrError RECORD_INVALID for a record that contradicts itself or starts from no position of the game
 */
export function gameOfRecord(record: GameRecord, where: string, created: string | null = null): Game {
  const refuse = (detail: string, cause?: unknown): RrError =>
    new RrError('RECORD_INVALID', { where: `${where}: game ${record.id}`, detail }, { cause });
  const { extras = {}, seats, status, outcome, detector, eliminated, territory } = record;
  const count = record.moves.length;
  if (record.plies !== count) throw refuse(`moves[${count}]: the record promises ${record.plies} moves`);
  const raw = rawMoves(extras);
  for (let ply = extras.broken ?? count; ply < count; ply++) {
    if (!raw.has(ply)) throw refuse(`moves[${ply}]: is missing from extras.raw`);
  }
  const winner = record.winner ?? 0;
  return {
    where,
    id: record.id,
    initial: startOf(record, refuse),
    moves: record.moves.map((json, ply) => raw.get(ply) ?? json),
    exceptions: new Set(raw.keys()),
    ...(extras.broken !== undefined && { broken: extras.broken }),
    searches: (record.search ?? []).map(searchOf),
    seats: seats.map(({ seat, player, model }) => ({ seat, player, model })),
    status,
    winner,
    reason: record.reason,
    ...(outcome && { outcome }),
    ...(detector && { detector }),
    ...(eliminated && { eliminated }),
    ...(territory && { territory }),
    claims: {
      hash: 'state',
      plies: plyClaims(raw, (ply) => record.hashes?.[ply] ?? extras.hashes?.[ply], count),
      seats: [],
    },
    source: record.source ?? record.engine ?? null,
    engine: record.engine ?? null,
    createdAt: record.created ?? created,
    completedAt: null,
    quality: qualityScore({ moves: count, decisive: winner > 0, sourceNamed: record.engine !== undefined }),
    opponent: null,
    modelElo: null,
  };
}

function startOf(record: GameRecord, refuse: (detail: string, cause: unknown) => RrError): Game['initial'] {
  try {
    return startOfRecord(record);
  } catch (error) {
    if (error instanceof RulesError) throw refuse(error.message, error);
    throw error;
  }
}

/** Moves in full that the legal set does not hold, by ply. */
export const rawMoves = ({ raw = {} }: Extras): ReadonlyMap<number, RawMove> =>
  new Map(Object.entries(raw).map(([ply, move]) => [Number(ply), untagged(move) as RawMove]));

/** A move outside the legal set also says in which phase it was made. */
export function plyClaims(
  raw: ReadonlyMap<number, RawMove>,
  hashAfter: (ply: number) => string | undefined,
  count: number,
): (PlyClaim | undefined)[] {
  return Array.from({ length: count }, (_, ply) => {
    const phase = raw.get(ply)?.phase;
    const hash = hashAfter(ply);
    if (hash === undefined && typeof phase !== 'string') return undefined;
    return { hashAfter: hash, ...(typeof phase === 'string' && { phase }) };
  });
}
