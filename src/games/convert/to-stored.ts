/** From a game of the original's database to a row of ours. */

import { difference, type Patch } from '../exact/difference.ts';
import { encodeGame } from '../store/blob.ts';
import { type Extras, encodeExtras } from '../store/extras.ts';
import type { StoredGame } from '../store/types.ts';
import type { RingriftGame } from '../upstream/types.ts';
import { type Assembly, assemble } from './assemble.ts';
import { foreignHeader, foreignOptions, hashesOf, probsOf } from './foreign-columns.ts';
import { type Played, play, startAndRaw } from './lenient.ts';
import { searchOfColumns } from './search-columns.ts';
import { ownColumns } from './service-rows.ts';

/**
 * The row, with everything the packed form and the columns cannot say in its extras. Read `game` with `everything`.
 * @throws RulesError SETUP_INVALID for a start that is no position of the game; nothing else keeps a game out
 */
export function storedFromRingrift(game: RingriftGame): StoredGame {
  const played = play(game);
  return ownGame(game, played) ?? foreignGame(game, played, valuesOf(game));
}

/**
 * The row of a game that upstream wrote as JSON (upstream/json-game.ts), with what its record says in its extras.
 * @throws RulesError SETUP_INVALID
 */
export function storedFromJson(game: RingriftGame): StoredGame {
  return foreignGame(game, play(game), spokenValues(game));
}

/** A game that we wrote there ourselves comes back as it was; undefined if it was not, or has been changed since. */
function ownGame(game: RingriftGame, played: Played): StoredGame | undefined {
  const own = ownColumns(game.game.metadata_json);
  const fullHistory = game.history.length > 0;
  if (own === undefined || own.game.plies !== played.moves.length) return undefined;
  if (own.game.game_id !== game.game.game_id) return undefined;
  if (fullHistory && game.history.length !== game.moves.length) return undefined;
  const searches = game.moves.flatMap((move) => searchOfColumns(move) ?? []);
  const extras: Extras = startAndRaw(played);
  const about = { ...own.game, seats: own.seats };
  const agrees = (faithful: boolean): boolean => {
    const source = { about, game: played.game, extras, searches, fullHistory, faithful };
    const { history: _, ...patches } = differences(valuesOf(game), source);
    return Object.entries(patches).every(([name, patch]) => !faithful && isEarlierForm(name, patch));
  };
  if (!agrees(true) && !agrees(false)) return undefined;
  return {
    ...own.game,
    seats: own.seats,
    moves: encodeGame({ players: played.game.initial.rules.players, moves: played.moves, searches }),
    extras: encodeExtras(extras),
  };
}

/**
 * The two fields that version 0.1.0 wrote still otherwise: half of the board as the territory to win with, and the colour of a
 * region's border as its player. Neither is kept by a row of ours.
 */
function isEarlierForm(name: string, patch: Patch): boolean {
  const field = name === 'start' ? 'territoryVictoryThreshold' : 'disconnectedRegions';
  return /^(start|m\d+)$/.test(name) && Object.keys(patch).join() === field;
}

function foreignGame(game: RingriftGame, played: Played, values: Recorded): StoredGame {
  const { rules } = played.game.initial;
  const { metadata_json, completed_at, opponent_type, excluded_from_training } = game.game;
  const kept: Extras = {
    ...startAndRaw(played),
    ...notEmpty('hashes', hashesOf(game)),
    ...notEmpty('probs', probsOf(game)),
    ...(metadata_json !== null && { metadata: metadata_json }),
    ...(completed_at !== null && { completedAt: completed_at }),
    ...(opponent_type !== null && { opponent: opponent_type }),
    ...(excluded_from_training === 1 && { excluded: true as const }),
    ringrift: {},
  };
  const options = foreignOptions(game, played);
  const header = foreignHeader(game, played, options);
  const ringrift = differences(values, {
    about: header,
    game: played.game,
    extras: kept,
    searches: [],
    faithful: false,
  });
  const extras: Extras = { ...kept, ringrift };
  return {
    ...header,
    moves: encodeGame({ players: rules.players, moves: played.moves, searches: [] }),
    extras: encodeExtras(extras),
  };
}

const notEmpty = (name: string, value: object): object => (Object.keys(value).length > 0 ? { [name]: value } : {});

/** What the file says beyond what the game itself gives. */
function differences(recorded: Recorded, assembly: Omit<Assembly, 'settle'>): Record<string, Patch> {
  const patches: Record<string, Patch> = {};
  assemble({
    ...assembly,
    settle: (name, derived) => {
      const value = recorded(name, derived);
      const patch = difference(derived, value);
      if (patch !== undefined) patches[name] = patch;
      return value;
    },
  });
  return patches;
}

/** What a source says where assemble() derived something under that name. */
type Recorded = (name: string, derived: unknown) => unknown;

/** A record has no rows of its own for most of it: what it does not say is as derived. */
function spokenValues({ game, players, initialState, moves }: RingriftGame): Recorded {
  const values = new Map<string, unknown>([['game', game]]);
  if (players.length > 0) values.set('players', players);
  if (initialState !== null) values.set('start', initialState);
  for (const { move, move_number } of moves) values.set(`m${move_number}`, move);
  return (name, derived) => {
    const said = values.get(name);
    if (said === undefined) return derived;
    return /^m\d/.test(name) ? { ...(derived as object), ...(said as object) } : said;
  };
}

/** The rows under the names assemble() gives them. */
function valuesOf({ game, players, initialState, moves, snapshots, history, choices, nnue }: RingriftGame): Recorded {
  const values = new Map<string, unknown>([
    ['game', game],
    ['start', initialState],
    ['players', players],
    ['snapshots', snapshots.map(({ move_number }) => move_number)],
    ['history', history.map(({ move_number }) => move_number)],
    ['choices', choices],
    ['nnue', nnue],
  ]);
  for (const { move, ...row } of moves) {
    values.set(`m${row.move_number}`, move);
    values.set(`r${row.move_number}`, row);
  }
  for (const snapshot of snapshots) values.set(`s${snapshot.move_number}`, snapshot);
  for (const entry of history) values.set(`h${entry.move_number}`, entry);
  return (name) => values.get(name);
}
