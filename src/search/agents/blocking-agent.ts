/** A blocking player among agents: it answers every decision at once. */
import type { Random } from '../../engine/random.ts';
import type { Rules } from '../../engine/rules.ts';
import type { Player } from '../players/player.ts';
import type { Agent, Answer, Question, Seat } from './agent.ts';

export class BlockingAgent implements Agent {
  readonly name: string;
  private readonly create: () => Player;

  /** `create` makes a player for one game: games are in flight together and players remember theirs. */
  constructor(name: string, create: () => Player) {
    this.name = name;
    this.create = create;
  }

  sit(rules: Rules, random: Random): Seat {
    const player = this.create();
    player.begin?.(rules, random);
    return new BlockingSeat(player);
  }
}

class BlockingSeat implements Seat {
  private readonly player: Player;

  constructor(player: Player) {
    this.player = player;
  }

  think({ state, legal, random }: Question): Answer {
    const move = this.player.choose(state, legal, random);
    return { move, report: this.player.report?.() };
  }
}
