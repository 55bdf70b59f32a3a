/** A player that now and then plays a uniformly random move instead: what makes the lower difficulties beatable. */
import { difficulty } from './difficulty.ts';
import type { Player } from './player.ts';
import { createPlayer, type PlayerResources } from './registry.ts';

export function randomised(player: Player, share: number): Player {
  if (share <= 0) return player;
  return {
    name: player.name,
    newGame(rules, random) {
      const inGame = player.newGame(rules, random);
      return {
        decide(question) {
          const { legal, random: draws } = question;
          if (draws.unit() >= share) return inGame.decide(question);
          return { move: legal.moves[draws.below(legal.length)] };
        },
      };
    },
  };
}

/** The player of a difficulty, 1 to 10. @throws RrError USAGE, NETWORK_NEEDED */
export function difficultyPlayer(level: number, resources: PlayerResources): Player {
  const { player, randomness } = difficulty(level);
  return randomised(createPlayer(player, resources), randomness);
}
