/**
 * `rr parity --against CMD`: another engine replays the same games. The protocol is in engine-process.ts.
 * The hash is the original's compact hash of the state text (rules §11).
 */
import { apply } from '../engine/apply.ts';
import { stateHash } from '../engine/fingerprint.ts';
import { moveToJson } from '../engine/json/move.ts';
import { PHASES } from '../engine/phases.ts';
import { RULES_VERSION } from '../engine/rules.ts';
import type { State } from '../engine/state.ts';
import { interpretMove } from '../games/upstream/interpret.ts';
import type { Divergence, GameCheck } from './check.ts';
import { EngineProcess } from './engine-process.ts';
import type { RecordedGame } from './source.ts';

export const PROTOCOL = 1;
export class OtherEngine {
  readonly name: string;
  readonly #engine: EngineProcess;

  constructor(engine: EngineProcess, name: string) {
    this.#engine = engine;
    this.name = name;
  }

  /** Starts `command`, split at blanks (no shell), and greets it. @throws RrError ENGINE_FAILED */
  static async start(command: string): Promise<OtherEngine> {
    const engine = await EngineProcess.start(command);
    const hello = await engine.ask({ type: 'hello', protocol: PROTOCOL, rules: RULES_VERSION });
    if (hello.type !== 'hello') throw engine.failed('it does not answer hello with hello');
    return new OtherEngine(engine, hello.engine);
  }

  /** Holds the other engine's hashes against ours, move by move. Plays on `game.state`. */
  async check(game: RecordedGame): Promise<GameCheck> {
    const s = game.state;
    const options = s.rules.options;
    const start = s.clone();
    const moves: unknown[] = [];
    const hashes: string[] = [];
    for (const { raw, packed } of game.moves) {
      moves.push(packed === undefined ? raw : moveToJson(s, packed));
      if (packed === undefined) interpretMove(s, raw ?? {}, game.order).play(s);
      else apply(s, packed);
      hashes.push(stateHash(s));
    }
    const answer = await this.#engine.ask({ type: 'replay', id: game.id, config: game.config, options, moves });
    const differs = (kind: Divergence['kind'], move: number, expected: string, actual: string): GameCheck => ({
      plies: move,
      hashes: move,
      variants: {},
      divergence: {
        kind,
        move,
        phase: phaseBefore(start, game, move),
        expected,
        actual,
        before: null,
        raw: moves[move] ?? null,
      },
    });
    if (answer.type === 'error')
      return differs('legality', answer.move, 'a legal move', `${this.name}: ${answer.message}`);
    if (answer.type !== 'hashes' || answer.id !== game.id)
      throw this.#engine.failed('it answers another game than the one asked for');
    const move = hashes.findIndex((hash, i) => hash !== answer.hashes[i]);
    if (move >= 0) return differs('state', move, hashes[move], answer.hashes[move] ?? 'no hash');
    return { plies: hashes.length, hashes: hashes.length, variants: {}, divergence: null };
  }

  stop(): void {
    this.#engine.stop();
  }
}

function phaseBefore(start: State, game: RecordedGame, move: number): string {
  const s = start.clone();
  for (const { raw, packed } of game.moves.slice(0, move)) {
    if (packed === undefined) interpretMove(s, raw ?? {}).play(s);
    else apply(s, packed);
  }
  return PHASES[s.phase];
}
