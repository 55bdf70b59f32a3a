/**
 * `rr parity --against CMD`: another engine replays the same games. The protocol is one line of JSON each way.
 *
 *   to the engine:   {"type":"hello","protocol":1,"rules":"ringrift-1"}
 *                    {"type":"replay","id":"…","config":"hex8_2p","options":{…},"moves":[…full moves…]}
 *   from it:         {"type":"hello","engine":"name and version"}
 *                    {"type":"hashes","id":"…","hashes":["16 hex digits after each move", …]}
 *                    {"type":"error","id":"…","move":17,"message":"why it refuses the move"}   instead of hashes
 *
 * The hash is the original's compact hash of the state text (docs/rules.md §11). The engine's stderr passes through to
 * ours.
 */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import * as z from 'zod';
import { RrError } from '../core/errors.ts';
import { apply } from '../engine/apply.ts';
import { stateHash } from '../engine/fingerprint.ts';
import { moveToJson } from '../engine/json/move.ts';
import { PHASES } from '../engine/phases.ts';
import { RULES_VERSION } from '../engine/rules.ts';
import type { State } from '../engine/state.ts';
import { interpretMove } from '../games/upstream/interpret.ts';
import type { Divergence, GameCheck } from './check.ts';
import type { RecordedGame } from './source.ts';

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
  private readonly child: ChildProcessWithoutNullStreams;
  private readonly lines: AsyncIterator<string>;
  private readonly command: string;

  private constructor(
    command: string,
    child: ChildProcessWithoutNullStreams,
    lines: AsyncIterator<string>,
    name: string,
  ) {
    this.command = command;
    this.child = child;
    this.lines = lines;
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
    const hello = await Promise.race([engine.ask({ type: 'hello', protocol: PROTOCOL, rules: RULES_VERSION }), failed]);
    if (hello.type !== 'hello')
      throw new RrError('ENGINE_FAILED', { command, detail: 'it does not answer hello with hello' });
    return new OtherEngine(command, child, lines, hello.engine);
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
    const answer = await this.ask({ type: 'replay', id: game.id, config: game.config, options, moves });
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
      throw this.failed('it answers another game than the one asked for');
    const move = hashes.findIndex((hash, i) => hash !== answer.hashes[i]);
    if (move >= 0) return differs('state', move, hashes[move], answer.hashes[move] ?? 'no hash');
    return { plies: hashes.length, hashes: hashes.length, variants: {}, divergence: null };
  }

  stop(): void {
    this.child.stdin.end();
    setTimeout(() => this.child.kill(), 2000).unref();
  }

  private async ask(message: object): Promise<Answer> {
    this.child.stdin.write(`${JSON.stringify(message)}\n`);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(this.failed(`no answer within ${ANSWER_MS / 1000} s`)), ANSWER_MS);
    });
    try {
      const { value, done } = await Promise.race([this.lines.next(), late]);
      if (done) throw this.failed('it ended before answering');
      const parsed = answerSchema.safeParse(parse(value));
      if (!parsed.success) throw this.failed(`not an answer of the protocol: ${String(value).slice(0, 80)}`);
      return parsed.data;
    } finally {
      clearTimeout(timer);
    }
  }

  private failed(detail: string): RrError {
    this.child.kill();
    return new RrError('ENGINE_FAILED', { command: this.command, detail });
  }
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
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
