/** The games of a match, each from its number alone; belongs to one thread. */
import { createRules, type Rules } from '../../engine/rules.ts';
import { GameTask } from '../../search/play/game-task.ts';
import type { Player } from '../../search/players/player.ts';
import { stopOf } from '../../selfplay/workers/serve.ts';
import type { MatchSpec } from './match-spec.ts';
import type { MatchWorkerData } from './messages.ts';
import { openingMoves } from './openings.ts';
import { MatchPlayers } from './players.ts';
import { slotOf } from './schedule.ts';

interface Opened {
  readonly players: MatchPlayers;
  readonly candidate: Player;
  readonly opponents: readonly Player[];
}

export class MatchGames {
  readonly #rules: Rules;
  readonly #spec: MatchSpec;
  readonly #opened: Opened;
  readonly #stopped: () => boolean;

  /** @throws RrError of MatchPlayers.create */
  static async open(data: MatchWorkerData): Promise<MatchGames> {
    const { spec } = data;
    const rules = createRules(spec.board, spec.players);
    const players = new MatchPlayers(rules, data);
    const candidate = await players.create(spec.candidate);
    const opponents: Player[] = [];
    for (const opponent of spec.opponents) opponents.push(await players.create(opponent));
    return new MatchGames(rules, spec, { players, candidate, opponents }, stopOf(data));
  }

  private constructor(rules: Rules, spec: MatchSpec, opened: Opened, stopped: () => boolean) {
    this.#rules = rules;
    this.#spec = spec;
    this.#opened = opened;
    this.#stopped = stopped;
  }

  create(index: number): GameTask {
    const { seed, players, maxMoves } = this.#spec;
    const { candidate, opponents } = this.#opened;
    const { opponent, block, seat } = slotOf(index, players);
    const other = opponents[opponent];
    if (!other) throw new RangeError(`game ${index} is against opponent ${opponent} of ${opponents.length}`);
    return new GameTask(this.#rules, {
      seed,
      index,
      players: Array.from({ length: players }, (_, i) => (i === seat ? candidate : other)),
      maxMoves,
      hashes: false,
      openingMoves: 0,
      prefix: openingMoves(this.#rules, seed, block, this.#spec.openingMoves),
      stopped: this.#stopped,
    });
  }

  close(): Promise<void> {
    return this.#opened.players.close();
  }
}
