/** An agent that now and then plays a uniformly random move instead: what makes the lower difficulties beatable. */
import type { Random } from '../../engine/random.ts';
import type { Rules } from '../../engine/rules.ts';
import { difficulty } from '../difficulty.ts';
import type { Agent, Answer, Question, Seat, Thinking } from './agent.ts';
import { type AgentResources, createAgent } from './create-agent.ts';

export function randomised(agent: Agent, share: number): Agent {
  if (share <= 0) return agent;
  return {
    name: agent.name,
    sit(rules: Rules, random: Random): Seat {
      const seat = agent.sit(rules, random);
      return {
        think(question: Question): Thinking | Answer {
          const { legal, random: draws } = question;
          if (draws.unit() >= share) return seat.think(question);
          return { move: legal.moves[draws.below(legal.length)] };
        },
      };
    },
  };
}

/** The player of a difficulty, 1 to 10. @throws RrError USAGE, NETWORK_NEEDED */
export function difficultyAgent(level: number, resources: AgentResources): Agent {
  const { player, randomness } = difficulty(level);
  return randomised(createAgent(player, resources), randomness);
}
