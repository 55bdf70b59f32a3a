/** Games of our replay database. */
import { RrError } from '../../core/errors.ts';
import { qualityScore } from '../quality/quality.ts';
import { SELFPLAY } from '../record/game-store.ts';
import { startOfRecord } from '../record/start.ts';
import { optionsOfStored } from '../record/stored-options.ts';
import { decodeGame } from '../store/blob.ts';
import { decodeExtras, type Extras } from '../store/extras.ts';
import type { StoredGame } from '../store/types.ts';
import type { Game, GameSearch } from './game.ts';
import { plyClaims, rawMoves } from './of-record.ts';
import { modelEloOf } from './of-upstream.ts';

/**
 * The game as the row has it; replay() checks it.
 * @throws RrError FILE_CORRUPT for blobs or options that cannot be read or do not fit the row; RulesError SETUP_INVALID
 */
export function gameOfStored(stored: StoredGame, where: string): Game {
  const options = optionsOfStored(stored, where);
  const extras = decodeExtras(stored.extras, where);
  const { moves, searches, players } = decodeGame(stored.moves, where);
  const contradicts = (detail: string): RrError => new RrError('FILE_CORRUPT', { path: where, detail });
  if (players !== stored.players)
    throw contradicts(`its row is of ${stored.players} players, its moves are of ${players}`);
  if (moves.length !== stored.plies) throw contradicts(`${moves.length} moves, but ${stored.plies} promised`);
  const config = `${stored.board}_${stored.players}p`;
  const initial = startOfRecord({ config, options: options.rules ?? {}, extras });
  if (initial.rules.board !== stored.board || initial.rules.players !== players)
    throw contradicts(`its row is of ${config}, its start is another game's`);
  const raw = rawMoves(extras);
  for (let ply = extras.broken ?? moves.length; ply < moves.length; ply++) {
    if (!raw.has(ply)) throw contradicts(`move ${ply} is missing from its extras`);
  }
  const { outcome, detector, eliminated, territory } = options;
  const winner = stored.winner ?? 0;
  return {
    where,
    id: stored.game_id,
    initial,
    moves: raw.size === 0 ? Array.from(moves) : Array.from(moves, (move, ply) => raw.get(ply) ?? move),
    exceptions: new Set(raw.keys()),
    ...(extras.broken !== undefined && { broken: extras.broken }),
    searches: searches.length > 0 ? searches : keyedSearches(extras.probs ?? {}),
    seats: stored.seats.map(({ seat, player, model }) => ({ seat, player, model })),
    status: stored.status,
    winner,
    reason: stored.reason,
    ...(outcome && { outcome }),
    ...(detector && { detector }),
    ...(eliminated && { eliminated }),
    ...(territory && { territory }),
    ...((raw.size > 0 || extras.hashes) && {
      claims: { hash: 'state', plies: plyClaims(raw, (ply) => extras.hashes?.[ply], moves.length), seats: [] },
    }),
    source: sourceOf(stored, extras),
    engine: stored.engine,
    createdAt: stored.created_at,
    completedAt: extras.completedAt ?? null,
    quality:
      stored.quality ??
      qualityScore({ moves: moves.length, decisive: winner > 0, sourceNamed: stored.source !== null }),
    opponent: extras.opponent ?? null,
    modelElo: modelEloOf(extras.metadata ?? null),
  };
}

/** Our own games are of their engine; what a game from elsewhere says stays as it is, as upstream's exports show it. */
function sourceOf({ source, engine }: StoredGame, { ringrift }: Extras): string | null {
  if (ringrift !== undefined) return source;
  return source === SELFPLAY ? (engine ?? source) : (source ?? engine);
}

/** Policies of games from upstream's databases keep their keys. */
const keyedSearches = (probs: NonNullable<Extras['probs']>): GameSearch[] =>
  Object.entries(probs)
    .filter(([, policy]) => Object.keys(policy).length > 0)
    .map(([ply, policy]) => ({ ply: Number(ply), policy: { keys: Object.entries(policy) } }));
