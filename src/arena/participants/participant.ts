/**
 * A participant of matches: a player plus its search budget. Changing either makes a new participant with a rating of
 * its own. Plain data, so that it travels between threads.
 */
import { RrError } from '../../core/errors.ts';
import { nearestHint } from '../../core/nearest.ts';
import type { FoundModel } from '../../models/find.ts';
import { BUDGET_NAMES, parseBudget } from '../../search/budget.ts';
import { parsePlayer, playerNames } from '../../search/players/registry.ts';
import { POINTERS } from '../../state/store/audit.ts';

/** How a network is used; `policy-only` is its bare policy without search. */
export const MODEL_ENGINES = ['gumbel', 'mcts', 'nn-descent', 'policy-only'] as const;
export type ModelEngine = (typeof MODEL_ENGINES)[number];

/** A player without a network, by its name in the registry of players. */
export interface NamedPlayer {
  readonly kind: 'player';
  readonly id: string;
  readonly player: string;
}

export interface ModelPlayer {
  readonly kind: 'model';
  /** `gumbel-64:3fa2b19c04de`: engine, budget and the first twelve digits of the hash. */
  readonly id: string;
  /** Content hash, 64 hexadecimal digits. */
  readonly hash: string;
  readonly path: string;
  readonly engine: ModelEngine;
  readonly simulations: number;
}

/** Another program, asked over its standard input and output (docs/external-players.md). */
export interface Program {
  readonly kind: 'program';
  /** `cmd:` and the command line. */
  readonly id: string;
  readonly command: string;
  /** Time for one move. */
  readonly seconds: number;
}

export type Participant = NamedPlayer | ModelPlayer | Program;

/** Participants that are no models. */
const playerOpponents = (): string[] => playerNames({ network: false });

export interface ParticipantContext {
  /** Engine and budget of a model that names none. */
  readonly engine: ModelEngine;
  readonly simulations: number;
  /** Time for one move of an external program. */
  readonly seconds: number;
  /** A model by pointer, hash, prefix of one, or path. @throws RrError MODEL_NOT_FOUND and the like */
  readonly findModel: (name: string) => Promise<FoundModel>;
}

const PROGRAM_PREFIX = 'cmd:';

/** Names that records spell out; match ids depend on it. */
const PLAYS: Readonly<Record<string, string>> = { heuristic_strong: 'gumbel-heuristic:16' };

/**
 * `random`, `mcts_light`, `maxn:3`, `production`, `3fa2b19c@gumbel:64`, `model.onnx@policy-only`, `cmd:PROGRAM ARGS`.
 * @throws RrError USAGE, SEARCH_BUDGET, and what findModel throws
 */
export async function parseParticipant(text: string, context: ParticipantContext): Promise<Participant> {
  if (text.startsWith(PROGRAM_PREFIX)) {
    const command = text.slice(PROGRAM_PREFIX.length).trim();
    if (command === '') throw new RrError('USAGE', { detail: "'cmd:' needs a program: cmd:'python3 bot.py'" });
    return { kind: 'program', id: PROGRAM_PREFIX + command, command, seconds: context.seconds };
  }
  const [kind = ''] = text.split(':', 1);
  if (playerOpponents().includes(kind)) {
    parsePlayer(text);
    return { kind: 'player', id: text, player: PLAYS[text] ?? text };
  }
  return parseModel(text, context);
}

async function parseModel(text: string, context: ParticipantContext): Promise<ModelPlayer> {
  const at = text.lastIndexOf('@');
  const name = at < 0 ? text : text.slice(0, at);
  const play = at < 0 ? undefined : text.slice(at + 1);
  const { engine, simulations } = play === undefined ? context : parsePlay(play, context);
  const { hash, path } = await findModel(name, context);
  return { kind: 'model', id: modelId(hash, engine, simulations), hash, path, engine, simulations };
}

/** A name that is neither a model nor a player: a misspelt player is likelier when one is near. */
async function findModel(name: string, { findModel: find }: ParticipantContext): Promise<FoundModel> {
  try {
    return await find(name);
  } catch (error) {
    if (!(error instanceof RrError) || error.code !== 'MODEL_NOT_FOUND') throw error;
    const hint = nearestHint(name, playerOpponents());
    // a pointer or a hash can only have meant a model
    if (hint === '' && (/^[0-9a-f]+$/.test(name) || POINTERS.some((pointer) => pointer === name))) throw error;
    const known = hint || `; a model (pointer, hash or file), cmd:PROGRAM, or one of ${playerOpponents().join(', ')}`;
    throw new RrError('USAGE', { detail: `no player or model '${name}'${known}` }, { cause: error });
  }
}

/** `gumbel:64`, `mcts:standard`, `policy-only`, `128`. */
function parsePlay(
  text: string,
  standard: { readonly engine: ModelEngine; readonly simulations: number },
): { engine: ModelEngine; simulations: number } {
  const [first = '', budget] = text.split(':');
  const engine = MODEL_ENGINES.find((known) => known === first);
  if (engine) return { engine, simulations: budget === undefined ? standard.simulations : parseBudget(budget) };
  if (budget === undefined && (/^\d+$/.test(first) || BUDGET_NAMES.some((known) => known === first))) {
    return { engine: standard.engine, simulations: parseBudget(first) };
  }
  const hint = nearestHint(first, MODEL_ENGINES);
  throw new RrError('USAGE', { detail: `no engine '${first}'${hint}; ${MODEL_ENGINES.join(', ')}, as in gumbel:64` });
}

const ID_DIGITS = 12;

function modelId(hash: string, engine: ModelEngine, simulations: number): string {
  const play = engine === 'policy-only' ? engine : `${engine}-${simulations}`;
  return play + modelSuffix(hash);
}

/** What the id of every participant that plays with this network ends in, whatever its budget. */
export const modelSuffix = (hash: string): string => `:${hash.slice(0, ID_DIGITS)}`;

/** Name in the registry of players. */
export const playerName = (participant: NamedPlayer | ModelPlayer): string => {
  if (participant.kind === 'player') return participant.player;
  const { engine, simulations } = participant;
  return engine === 'policy-only' ? engine : `${engine}:${simulations}`;
};

/** What records say about a participant. */
export interface ParticipantRecord {
  readonly id: string;
  /** Content hash, for a network. */
  readonly model?: string;
  readonly settings: Readonly<Record<string, unknown>>;
}

export function describeParticipant(participant: Participant): ParticipantRecord {
  const { id } = participant;
  if (participant.kind === 'player') return { id, settings: { player: participant.player } };
  if (participant.kind === 'program') {
    return { id, settings: { command: participant.command, seconds: participant.seconds } };
  }
  const { hash, engine, simulations } = participant;
  return { id, model: hash, settings: { engine, simulations } };
}
