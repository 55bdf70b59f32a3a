/**
 * `rr parity --against CMD`: another engine replays the same games. The protocol is in engine-process.ts.
 * The hash is upstream's compact hash of the state text (docs/rules.md §11).
 */
import { at } from '../core/at.ts';
import { stateHash } from '../engine/fingerprint.ts';
import { moveToJson } from '../engine/json/move.ts';
import { PHASES } from '../engine/phases.ts';
import { RULES_VERSION } from '../engine/rules.ts';
import { configOf, type Game } from '../games/game/game.ts';
import { replayMoves } from '../games/game/replay.ts';
import type { Divergence, GameCheck } from './check.ts';
import { EngineProcess } from './engine-process.ts';

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

  /** Holds the other engine's hashes against ours, move by move. */
  async check(game: Game): Promise<GameCheck> {
    const { id } = game;
    const { options } = game.initial.rules;
    const { moves, hashes, phases } = told(game);
    const answer = await this.#engine.ask({ type: 'replay', id, config: configOf(game), options, moves });
    const differs = (kind: Divergence['kind'], move: number, expected: string, actual: string): GameCheck => {
      const phase = phases[move] ?? '';
      const divergence = { kind, move, phase, expected, actual, before: null, raw: moves[move] ?? null };
      return { plies: move, hashes: move, variants: {}, divergence, notes: [] };
    };
    if (answer.type === 'error')
      return differs('legality', answer.move, 'a legal move', `${this.name}: ${answer.message}`);
    if (answer.type !== 'hashes' || answer.id !== id)
      throw this.#engine.failed('it answers another game than the one asked for');
    for (const [move, hash] of hashes.entries()) {
      const theirs = answer.hashes[move] ?? 'no hash';
      if (hash !== theirs) return differs('state', move, hash, theirs);
    }
    return { plies: hashes.length, hashes: hashes.length, variants: {}, divergence: null, notes: [] };
  }

  stop(): void {
    this.#engine.stop();
  }
}

/** What the other engine is told and has to answer, by move: the moves in full, the hash after each, the phase before it. */
function told(game: Game): { moves: unknown[]; hashes: string[]; phases: string[] } {
  const moves: unknown[] = [];
  const hashes: string[] = [];
  const phases: string[] = [];
  replayMoves(game, {
    position: ({ state, ply }) => {
      if (ply > 0) hashes.push(stateHash(state));
      return true;
    },
    move: ({ state, move, raw }) => {
      moves.push(raw ?? moveToJson(state, move));
      phases.push(at(PHASES, state.phase));
    },
  });
  return { moves, hashes, phases };
}
