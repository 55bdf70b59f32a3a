/** Games of our replay database. */
import { apply } from '../../engine/apply.ts';
import { RulesError } from '../../engine/errors.ts';
import { legalMoves } from '../../engine/legal.ts';
import { Kind, kindOf, MoveList } from '../../engine/moves.ts';
import { RULES_VERSION } from '../../engine/rules.ts';
import { qualityScore } from '../quality/quality.ts';
import { type OpenedGame, openStored } from '../record/stored-game.ts';
import type { StoredGame } from '../store/types.ts';
import { interpretMove } from '../upstream/interpret.ts';
import type { Game, GameSearch, VariantMove } from './game.ts';
import { modelEloOf } from './ringrift.ts';

/**
 * The game; moves recorded under other rules are checked against ours.
 * @throws RrError FILE_CORRUPT for a blob or options that cannot be read; RulesError MOVE_ILLEGAL, SETUP_INVALID.
 */
export function fromStored(stored: StoredGame, where: string): Game {
  const game = openStored(stored, where);
  const { moves, initial, extras } = game;
  // The checksum vouches for the moves, and self-play for their legality as long as the rules are the same.
  const trusted = stored.rules_version === RULES_VERSION && game.raw.size === 0;
  const winner = stored.winner ?? 0;
  return {
    id: stored.game_id,
    rules: initial.rules,
    initial,
    moves,
    variants: trusted ? new Map() : checkMoves(game),
    searches: game.searches.length > 0 ? game.searches : keyedSearches(extras.probs ?? {}),
    completed: stored.status === 'completed',
    winner,
    reason: stored.reason,
    meta: {
      where,
      source: stored.source === 'selfplay' ? (stored.engine ?? stored.source) : (stored.source ?? stored.engine),
      engine: stored.engine,
      createdAt: stored.created_at,
      completedAt: extras.completedAt ?? null,
      quality:
        stored.quality ??
        qualityScore({ moves: moves.length, decisive: winner > 0, sourceNamed: stored.source !== null }),
      opponent: extras.opponent ?? null,
      modelElo: modelEloOf(extras.metadata ?? null),
    },
  };
}

/** Policies of games from the original's databases keep their keys. */
const keyedSearches = (probs: NonNullable<OpenedGame['extras']['probs']>): GameSearch[] =>
  Object.entries(probs)
    .filter(([, policy]) => Object.keys(policy).length > 0)
    .map(([ply, policy]) => ({ ply: Number(ply), policy: { keys: Object.entries(policy) } }));

const legal = new MoveList();

/** Plays it through. @returns the moves outside the legal set, understood */
function checkMoves({ initial, moves, raw }: OpenedGame): ReadonlyMap<number, VariantMove> {
  const variants = new Map<number, VariantMove>();
  const s = initial.clone();
  for (let ply = 0; ply < moves.length; ply++) {
    const exception = raw.get(ply);
    if (exception !== undefined) {
      const interpretation = interpretMove(s, exception);
      variants.set(ply, { raw: exception, interpretation });
      interpretation.play(s);
      continue;
    }
    const move = moves[ply];
    legalMoves(s, legal);
    const ends = kindOf(move) === Kind.resign || kindOf(move) === Kind.timeout;
    if (s.isOver || (!ends && !legal.includes(move))) {
      throw new RulesError('MOVE_ILLEGAL', `move ${ply}: not legal where it was played`);
    }
    apply(s, move);
  }
  return variants;
}
