/** The games of a run, each from its index alone. */
import { Random } from '../../engine/random.ts';
import type { Rules } from '../../engine/rules.ts';
import { GameTask } from '../../search/play/game-task.ts';
import { FORK_STREAM } from '../../search/play/streams.ts';
import { drawSeats } from '../../search/players/mixed.ts';
import type { Player } from '../../search/players/player.ts';
import { createPlayer, type PlayerResources, parsePlayer } from '../../search/players/registry.ts';
import { drawFork } from '../../search/schedule/opening.ts';
import type { SelfplaySpec } from '../setup/spec.ts';

/** Stream of the draw that seats the players; see search/play/streams.ts. */
const TABLE_STREAM = 0;

/** What of a run's specification decides its games here; board, players and options are those of the resources. */
export type RunSpec = Pick<SelfplaySpec, 'seed' | 'mix' | 'mixScope' | 'openingMoves' | 'maxMoves' | 'fork'>;

export interface RunGamesOptions {
  /** Keep a position hash per move. */
  readonly hashes: boolean;
  /** Polled before each decision: true abandons the games. */
  readonly stopped?: () => boolean;
}

export class RunGames {
  readonly #rules: Rules;
  readonly #spec: RunSpec;
  readonly #resources: PlayerResources;
  readonly #options: RunGamesOptions;
  readonly #players = new Map<string, Player>();
  /** Somebody searches. */
  readonly #searches: boolean;

  /** @throws RrError USAGE for an unknown player, NETWORK_NEEDED */
  constructor(spec: RunSpec, resources: PlayerResources, options: RunGamesOptions) {
    this.#rules = resources.bench.rules;
    this.#spec = spec;
    this.#resources = resources;
    this.#options = options;
    this.#searches = spec.mix.some(({ player }) => parsePlayer(player).searches);
    for (const { player } of spec.mix) this.#playerFor(0, player);
  }

  /** The game of this index, not yet begun. Any number may be in flight. */
  create(index: number): GameTask {
    const { seed, maxMoves, openingMoves, fork: options } = this.#spec;
    const fork = options && drawFork(options, index, new Random(seed, index, FORK_STREAM));
    return new GameTask(this.#rules, {
      seed,
      index,
      players: this.#tableOf(index),
      maxMoves,
      openingMoves,
      ...this.#options,
      ...(fork && { fork: { ...fork, players: this.#tableOf(fork.index) } }),
    });
  }

  #tableOf(index: number): Player[] {
    const { seed, mix, mixScope } = this.#spec;
    const names = drawSeats(mix, this.#rules.players, mixScope, new Random(seed, index, TABLE_STREAM));
    return names.map((name, seat) => this.#playerFor(seat, name));
  }

  /**
   * Where nobody searches, a player per seat: one that draws its own weights must not share them with another seat. Where
   * somebody does, a player per name, which shares what it remembers of a game (a decided one) between its seats. Runs
   * that exist depend on both.
   */
  #playerFor(seat: number, name: string): Player {
    const key = this.#searches ? name : `${seat}:${name}`;
    let player = this.#players.get(key);
    if (!player) {
      player = createPlayer(name, this.#resources);
      this.#players.set(key, player);
    }
    return player;
  }
}
