/**
 * The folder of a round: `runs/<config>/round-0001/`. `round.json` says what the round is made of, `<stage>.json` that
 * a stage is done and what it left behind; both are written atomically and never change, so a loop resumes at the
 * first stage without its file. Beside them lie each stage's records (`<stage>.ndjson`) and log (`<stage>.log`).
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { type Settings, TOPIC_SCHEMAS } from '../../config/topics.ts';
import { RrError } from '../../core/errors.ts';
import { type GameConfig, parseConfigKey } from '../../engine/config-key.ts';
import { writeFileAtomic } from '../../io/atomic.ts';
import { zodDetail } from '../../io/ndjson/kinds.ts';
import type { DataPaths } from '../../io/paths.ts';
import { type Round, type RoundPlaces, STAGES, type Stage, stagesOf } from './stages.ts';

const hash = z.string().regex(/^[0-9a-f]{64}$/);

const readGames = z.object({ store: z.string(), until: z.int().min(0) });

const roundSchema = z.looseObject({
  number: z.int().min(1),
  config: z.string(),
  seed: z.int().min(0),
  read: readGames.nullable().default(null),
  since: z.iso.datetime().nullable().default(null),
  hosts: z.string().nullable().default(null),
  player: hash.nullable(),
  production: hash.nullable(),
  earlierFiles: z.array(z.string()),
  settings: z.record(z.string(), z.unknown()),
  created: z.iso.datetime(),
});

/** Values of knobs that a round of before them played with. */
const BUILT_IN_BEFORE = {
  ...{ 'sample-from': 'visits', temperature: 'alphazero', 'cheap-share': 2 / 3, 'cheap-budget': 0 },
  ...{ 'c-visit': 50, 'c-scale': 1 },
};

const stageSchema = z.looseObject({
  stage: z.enum(STAGES),
  /** `rr` and its arguments; absent for a stage that was skipped. */
  command: z.array(z.string()).optional(),
  skipped: z.boolean().default(false),
  exit: z.int().optional(),
  started: z.iso.datetime(),
  ended: z.iso.datetime(),
  /** What has been read of the store of games once the export is done. */
  read: readGames.optional(),
  /** Content hash of the model that training gave. */
  model: hash.optional(),
  /** True when promote moved the pointer. */
  promoted: z.boolean().optional(),
});
export type StageDone = z.infer<typeof stageSchema>;

export type RoundFacts = Omit<Round, 'settings'> & { readonly created: string };

/** Fields of a round's file beside the round itself: versions and where each setting came from. */
export type RoundNotes = Readonly<Record<string, unknown>>;

export class RoundFolder {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  /** Writes the round's description; the round exists from then on. */
  async begin(round: Round, notes: RoundNotes): Promise<void> {
    const { number, config, seed, read, since, hosts, player, production, earlierFiles, settings } = round;
    await this.#write('round.json', {
      ...{ number, config: config.key, seed, read: read ?? null, since: since ?? null, hosts: hosts ?? null },
      ...{ player: player ?? null, production: production ?? null, earlierFiles, settings },
      created: new Date().toISOString(),
      ...notes,
    });
  }

  /** Contents of the round, settings apart. @throws RrError FILE_CORRUPT */
  facts(): RoundFacts {
    const { settings: _settings, ...facts } = this.#description();
    return {
      ...facts,
      config: parseConfigKey(facts.config),
      read: facts.read ?? undefined,
      since: facts.since ?? undefined,
      hosts: facts.hosts ?? undefined,
      player: facts.player ?? undefined,
      production: facts.production ?? undefined,
    };
  }

  /**
   * The round with its settings; knobs that did not exist when it began are as they were built in then, or as they are
   * now where nothing was.
   * @throws RrError FILE_CORRUPT
   */
  round(now: Settings<'loop'>): Round {
    const { settings, config } = this.#description();
    const known = Object.fromEntries(Object.entries(settings).filter(([name]) => Object.hasOwn(now, name)));
    const { budget = now.budget } = known;
    const parsed = TOPIC_SCHEMAS.loop.safeParse({
      ...now,
      ...BUILT_IN_BEFORE,
      ...known,
      // once one number, for every config
      budget: typeof budget === 'number' ? { ...now.budget, [config]: budget } : budget,
    });
    if (parsed.success) return { ...this.facts(), settings: parsed.data };
    throw new RrError('FILE_CORRUPT', {
      path: this.file('round.json'),
      detail: `settings: ${zodDetail(parsed.error)}`,
    });
  }

  #description(): z.infer<typeof roundSchema> {
    const read = this.#read('round.json', roundSchema);
    if (read) return read;
    throw new RrError('FILE_CORRUPT', { path: this.file('round.json'), detail: 'is missing' });
  }

  done(stage: Stage): StageDone | undefined {
    return this.#read(`${stage}.json`, stageSchema);
  }

  async finish(done: StageDone): Promise<void> {
    await this.#write(`${done.stage}.json`, done);
  }

  get isComplete(): boolean {
    return stagesOf(this.facts()).every((stage) => this.done(stage) !== undefined);
  }

  file(name: string): string {
    return join(this.path, name);
  }

  places(paths: DataPaths, { key }: GameConfig, number: number): RoundPlaces {
    return {
      root: paths.root,
      games: paths.games(key),
      training: join(paths.trainingFolder, `${key}-${roundName(number)}.npz`),
      checkpoint: this.file('train.ckpt'),
      gauntletGames: this.file('gauntlet.db'),
      verdicts: this.file('gauntlet.ndjson'),
    };
  }

  #read<T>(name: string, schema: z.ZodType<T>): T | undefined {
    const path = this.file(name);
    if (!existsSync(path)) return undefined;
    let value: unknown;
    try {
      value = JSON.parse(readFileSync(path, 'utf8'));
    } catch (cause) {
      throw new RrError('FILE_CORRUPT', { path, detail: 'is not JSON; remove it to repeat its stage' }, { cause });
    }
    const parsed = schema.safeParse(value);
    if (parsed.success) return parsed.data;
    throw new RrError('FILE_CORRUPT', { path, detail: zodDetail(parsed.error) });
  }

  #write(name: string, value: object): Promise<void> {
    return writeFileAtomic(this.file(name), `${JSON.stringify(value, null, 2)}\n`);
  }
}

const roundName = (number: number): string => `round-${String(number).padStart(4, '0')}`;

export const runsFolder = (paths: DataPaths, { key }: GameConfig): string => join(paths.runsFolder, key);

export const roundFolder = (paths: DataPaths, config: GameConfig, number: number): RoundFolder =>
  new RoundFolder(join(runsFolder(paths, config), roundName(number)));

/** The rounds that have begun, first to last. */
export function roundsOf(paths: DataPaths, config: GameConfig): RoundFolder[] {
  const folder = runsFolder(paths, config);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => /^round-\d{4,}$/.test(name) && existsSync(join(folder, name, 'round.json')))
    .sort()
    .map((name) => new RoundFolder(join(folder, name)));
}
