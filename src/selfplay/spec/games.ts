/** Plays the games of a run one by one, each from its index alone. */
import { Random } from '../../engine/random.ts';
import { createRules, type Rules } from '../../engine/rules.ts';
import { type PlayedGame, playGame } from '../../search/play/play-game.ts';
import { drawSeats } from '../../search/players/mixed.ts';
import type { Player } from '../../search/players/player.ts';
import { createPlayer } from '../../search/players/registry.ts';
import type { SelfplaySpec } from './spec.ts';

/** Stream of the draw that seats the players; see the streams of play-game.ts. */
export const TABLE_STREAM = 0;

export class RunGames {
  readonly rules: Rules;
  private readonly spec: SelfplaySpec;
  private readonly hashes: boolean;
  /** One player per seat and name: a player that draws its own weights must not share them with another seat. */
  private readonly seated = new Map<string, Player>();

  /** @throws RrError USAGE for an unknown player */
  constructor(spec: SelfplaySpec, hashes: boolean) {
    this.spec = spec;
    this.hashes = hashes;
    this.rules = createRules(spec.board, spec.players, spec.options);
    for (const { player } of spec.mix) this.playerFor(0, player);
  }

  /** The game of this index; undefined when `stopped` said so. */
  play(index: number, stopped?: () => boolean): PlayedGame | undefined {
    const { seed, mix, mixScope, players, maxMoves, openingMoves } = this.spec;
    const names = drawSeats(mix, players, mixScope, new Random(seed, index, TABLE_STREAM));
    const table = names.map((name, seat) => this.playerFor(seat, name));
    const options = { maxMoves, openingMoves, hashes: this.hashes, ...(stopped && { stopped }) };
    return playGame(this.rules, seed, index, table, options);
  }

  private playerFor(seat: number, name: string): Player {
    const key = `${seat}:${name}`;
    let player = this.seated.get(key);
    if (!player) {
      player = createPlayer(name, { weightNoise: this.spec.weightNoise });
      this.seated.set(key, player);
    }
    return player;
  }
}
