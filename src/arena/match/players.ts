/** From a participant to a player of one thread. Evaluators are shared by all of its games. */
import type { Rules } from '../../engine/rules.ts';
import { CachedEvaluator } from '../../search/evaluators/cached.ts';
import type { Evaluator } from '../../search/evaluators/evaluator.ts';
import { FormulaEvaluator } from '../../search/evaluators/formula.ts';
import { type Player, renamed } from '../../search/players/player.ts';
import { createPlayer } from '../../search/players/registry.ts';
import { Workbench } from '../../search/tree/workbench.ts';
import { batchOn } from '../../selfplay/inference/computing.ts';
import { openNetwork } from '../../selfplay/workers/network.ts';
import { type ModelPlayer, type Participant, playerName } from '../participants/participant.ts';
import { ProgramPlayer } from '../program/program-player.ts';
import type { MatchWorkerData } from './messages.ts';

/** Where networks are computed, and which worker this is. */
type Place = Pick<MatchWorkerData, 'computing' | 'inferences' | 'workerIndex'>;

export class MatchPlayers {
  readonly #rules: Rules;
  readonly #place: Place;
  readonly #bench: Workbench;
  readonly #heuristic: Evaluator;
  readonly #programs: ProgramPlayer[] = [];
  readonly #networks = new Map<string, Evaluator>();

  constructor(rules: Rules, place: Place) {
    this.#rules = rules;
    this.#place = place;
    this.#bench = new Workbench(rules);
    this.#heuristic = new CachedEvaluator(new FormulaEvaluator(rules));
  }

  /** @throws RrError FILE_NOT_FOUND, MODEL_INVALID, MODEL_HASH, MODEL_INCOMPATIBLE, USAGE */
  async create(participant: Participant): Promise<Player> {
    if (participant.kind === 'program') {
      const program = new ProgramPlayer(this.#rules, participant);
      this.#programs.push(program);
      return program;
    }
    const resources = {
      bench: this.#bench,
      heuristic: this.#heuristic,
      ...(participant.kind === 'model' && { network: await this.#network(participant) }),
    };
    return renamed(createPlayer(playerName(participant), resources), participant.id);
  }

  /** Ends external programs and frees networks. */
  async close(): Promise<void> {
    for (const program of this.#programs) await program.close();
    for (const network of this.#networks.values()) await network.close();
  }

  async #network(player: ModelPlayer): Promise<Evaluator> {
    const { hash } = player;
    const known = this.#networks.get(hash);
    if (known) return known;
    const { computing, inferences, workerIndex } = this.#place;
    const place = { computing, batch: batchOn(computing.provider), workerIndex, inference: inferences.get(hash) };
    const network = new CachedEvaluator(await openNetwork(this.#rules, player, place));
    this.#networks.set(hash, network);
    return network;
  }
}
