/**
 * `rr parity --against CMD`: another engine replays the same games. The protocol is one line of JSON each way.
 *
 *   to the engine:   {"type":"hello","protocol":1,"rules":"ringrift-1"}
 *                    {"type":"replay","id":"…","config":"hex8_2p","options":{…},"moves":[…full moves…]}
 *   from it:         {"type":"hello","engine":"name and version"}
 *                    {"type":"hashes","id":"…","hashes":["16 hex digits after each move", …]}
 *                    {"type":"error","id":"…","move":17,"message":"why it refuses the move"}   instead of hashes
 *
 * The hash is the original's compact hash of the state text (rules §11). The engine's stderr passes through to ours.
 */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import * as z from 'zod';
import { at } from '../core/at.ts';
import { RrError } from '../core/errors.ts';
import { stateHash } from '../engine/fingerprint.ts';
import { moveToJson } from '../engine/json/move.ts';
import { PHASES } from '../engine/phases.ts';
import { RULES_VERSION } from '../engine/rules.ts';
import { configOf, type Game } from '../games/game/game.ts';
import { replayMoves } from '../games/game/replay.ts';
import type { Divergence, GameCheck } from './check.ts';

export const PROTOCOL = 1;
/** Longest wait for an answer. Milliseconds. */
const ANSWER_MS = 120_000;

const answerSchema = z.union([
  z.looseObject({ type: z.literal('hello'), engine: z.string() }),
  z.looseObject({ type: z.literal('hashes'), id: z.string(), hashes: z.array(z.string()) }),
  z.looseObject({ type: z.literal('error'), id: z.string(), move: z.int().min(0), message: z.string() }),
]);
type Answer = z.infer<typeof answerSchema>;

function startFault(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return 'code' in error && error.code === 'ENOENT' ? 'there is no such program' : error.message;
}

export class OtherEngine {
  readonly name: string;
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #lines: AsyncIterator<string>;
  readonly #command: string;

  private constructor(
    command: string,
    child: ChildProcessWithoutNullStreams,
    lines: AsyncIterator<string>,
    name: string,
  ) {
    this.#command = command;
    this.#child = child;
    this.#lines = lines;
    this.name = name;
  }

  /** Starts `command`, split at blanks (no shell), and greets it. @throws RrError ENGINE_FAILED */
  static async start(command: string): Promise<OtherEngine> {
    const [program = '', ...args] = command.trim().split(/\s+/);
    if (program === '') throw new RrError('USAGE', { detail: '--against names no program' });
    const child = spawn(program, args, {
      stdio: ['pipe', 'pipe', 'inherit'],
    }) as unknown as ChildProcessWithoutNullStreams;
    child.stdin.on('error', () => {});
    const failed = once(child, 'error').then(([error]) => {
      throw new RrError('ENGINE_FAILED', { command, detail: startFault(error) });
    });
    failed.catch(() => {});
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const engine = new OtherEngine(command, child, lines, '');
    const hello = await Promise.race([
      engine.#ask({ type: 'hello', protocol: PROTOCOL, rules: RULES_VERSION }),
      failed,
    ]);
    if (hello.type !== 'hello')
      throw new RrError('ENGINE_FAILED', { command, detail: 'it does not answer hello with hello' });
    return new OtherEngine(command, child, lines, hello.engine);
  }

  /** Holds the other engine's hashes against ours, move by move. */
  async check(game: Game): Promise<GameCheck> {
    const { id } = game;
    const { options } = game.initial.rules;
    const { moves, hashes, phases } = told(game);
    const answer = await this.#ask({ type: 'replay', id, config: configOf(game), options, moves });
    const differs = (kind: Divergence['kind'], move: number, expected: string, actual: string): GameCheck => {
      const divergence = {
        kind,
        move,
        phase: phases[move] ?? '',
        expected,
        actual,
        before: null,
        raw: moves[move] ?? null,
      };
      return { plies: move, hashes: move, variants: {}, divergence };
    };
    if (answer.type === 'error')
      return differs('legality', answer.move, 'a legal move', `${this.name}: ${answer.message}`);
    if (answer.type !== 'hashes' || answer.id !== id)
      throw this.#failed('it answers another game than the one asked for');
    for (const [move, hash] of hashes.entries()) {
      const theirs = answer.hashes[move] ?? 'no hash';
      if (hash !== theirs) return differs('state', move, hash, theirs);
    }
    return { plies: hashes.length, hashes: hashes.length, variants: {}, divergence: null };
  }

  stop(): void {
    this.#child.stdin.end();
    setTimeout(() => this.#child.kill(), 2000).unref();
  }

  async #ask(message: object): Promise<Answer> {
    this.#child.stdin.write(`${JSON.stringify(message)}\n`);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(this.#failed(`no answer within ${ANSWER_MS / 1000} s`)), ANSWER_MS);
    });
    try {
      const { value, done } = await Promise.race([this.#lines.next(), late]);
      if (done) throw this.#failed('it ended before answering');
      const parsed = answerSchema.safeParse(parse(value));
      if (!parsed.success) throw this.#failed(`not an answer of the protocol: ${String(value).slice(0, 80)}`);
      return parsed.data;
    } finally {
      clearTimeout(timer);
    }
  }

  #failed(detail: string): RrError {
    this.#child.kill();
    return new RrError('ENGINE_FAILED', { command: this.#command, detail });
  }
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
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
