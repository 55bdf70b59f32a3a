/** `rr analyze`: what a network thinks of games and positions. */
import { availableParallelism } from 'node:os';
import { Args, Flags } from '@oclif/core';
import { RrError } from '../core/errors.ts';
import { parseConfigKey } from '../engine/config-key.ts';
import { createRules } from '../engine/rules.ts';
import { badText } from '../games/bad-game.ts';
import { configOf } from '../games/game/game.ts';
import { openGames } from '../games/game/open.ts';
import { writeFileAtomic } from '../io/atomic.ts';
import { header } from '../io/ndjson/header.ts';
import { splitLines } from '../io/ndjson/lines.ts';
import { openSource } from '../io/ndjson/source.ts';
import { modelNamed, type NamedModel, readStore } from '../models/open.ts';
import { parseBudget } from '../search/budget.ts';
import { Conversation } from '../selfplay/analysis/conversation.ts';
import { type OpenAnalyst, openAnalyst } from '../selfplay/analysis/open.ts';
import { type Review, type ReviewedDecision, reviewGame } from '../selfplay/analysis/review.ts';
import { loadGame } from '../view/replay/load.ts';
import { BLUNDER_COLUMNS, DECISION_COLUMNS, SEAT_COLUMNS } from './analyze/columns.ts';
import { type Outcome, RrCommand } from './cli/base.ts';
import { dataFlag, type GameFlagValues, gameFlags, gameFromFlags } from './cli/flags.ts';
import { outFile } from './cli/out-file.ts';
import { providerFlags } from './cli/provider-flags.ts';
import { requiredGame } from './cli/usual-game.ts';

/** Positions in memory: with more open, no further query is read until some have been answered. */
const MOST_OPEN = 20_000;

/** Blunders that people are shown. */
const WORST = 10;

export default class Analyze extends RrCommand {
  static override description =
    'With FILE, reviews one game or position: for each decision the value, the best moves with visits, and what the played ' +
    'move cost. Without FILE, answers programs: stdin holds one query per line (docs/analysis.md), and answers are written ' +
    'as they are ready. --from-records answers for every game of a file.';

  static override examples = [
    'rr analyze games.ndjson --game 3 --model production --budget 400',
    'rr analyze data/games/hex8_2p.db --game 2 --html review.html',
    'rr analyze --config hex8_2p < queries.ndjson > answers.ndjson',
    'rr analyze --config hex8_2p --from-records games.ndjson > answers.ndjson',
  ];

  static override args = { file: Args.string({ description: 'where the game or position comes from; - is stdin' }) };

  static override flags = {
    ...gameFlags,
    ...dataFlag,
    ...providerFlags,
    model: Flags.string({
      description: 'network: a file, or a model of the store by pointer or hash',
      default: 'production',
      helpValue: 'FILE|NAME',
    }),
    budget: Flags.string({ description: 'simulations per position', default: 'standard', helpValue: 'N' }),
    game: Flags.string({ description: 'which game of FILE: its number from 1, or its id', helpValue: 'N|ID' }),
    'from-records': Flags.string({ description: 'analyse every game of FILE; - is stdin', helpValue: 'FILE' }),
    workers: Flags.integer({
      description: 'threads that compute networks (default: one per core)',
      min: 1,
      helpValue: 'N',
    }),
    html: outFile('--html')({ description: 'write the game as a page with values and moves', helpValue: 'FILE' }),
  };

  protected async execute(): Promise<Outcome> {
    const { args, flags } = await this.parse(Analyze);
    const { file } = args;
    if (file === undefined && (flags.game !== undefined || flags.html !== undefined))
      throw new RrError('USAGE', { detail: '--game and --html need a FILE' });
    if (file !== undefined && flags['from-records'] !== undefined)
      throw new RrError('USAGE', { detail: 'FILE and --from-records exclude each other' });
    return file === undefined ? this.#answer(flags) : this.#review(file, flags);
  }

  /** For programs: queries, or all games of a file. */
  async #answer(flags: AnalyzeFlags): Promise<Outcome> {
    const budget = parseBudget(flags.budget);
    const { key } = requiredGame(flags);
    const records = flags['from-records'];
    const source = records === undefined ? openSource('-') : undefined;
    return this.#with(flags, key, async ({ analyst }, model) => {
      const writer = await this.records();
      await writer.write(header({ command: this.commandName, config: key, model: model.hash }));
      const { architecture, config, encoder, policy } = model.metadata;
      const facts = { config, hash: model.hash, architecture: architecture.name, encoder, policy };
      let written = Promise.resolve();
      const answer = (record: { readonly type: string }): void => {
        written = writer.write(record);
        // a writer that failed once fails for ever: whoever waits for `written`, or writes the summary, hears of it
        written.catch(() => {});
      };
      const talk = new Conversation(analyst, { model: facts, budget, answer });
      const room = async (): Promise<void> => {
        await written;
        await analyst.room(MOST_OPEN);
      };
      const reading = source ? this.#readQueries(source, talk, room) : this.#readGames(records ?? '-', talk, room);
      await Promise.race([reading, analyst.ended(), this.#stopped()]);
      await analyst.finish();
      const { evaluations } = analyst;
      await writer.write({ type: 'summary', command: this.commandName, ...talk.counts, evaluations });
      return talk.counts.bad > 0 ? 6 : undefined;
    });
  }

  /** For people: one game. */
  async #review(file: string, flags: AnalyzeFlags): Promise<Outcome> {
    const budget = parseBudget(flags.budget);
    const number = flags.game !== undefined && /^\d{1,9}$/.test(flags.game) ? Number(flags.game) : undefined;
    const game = await loadGame(file, number === undefined ? { id: flags.game } : { number });
    const config = configOf(game);
    const named = gameFromFlags(flags)?.key;
    if (named !== undefined && named !== config)
      throw new RrError('USAGE', { detail: `${file} is ${config}, not ${named}` });
    return this.#with(flags, config, async ({ analyst }, model) => {
      let progress: ReturnType<typeof this.progress> | undefined;
      const review = await reviewGame(game, analyst, {
        budget,
        onBegin: (total) => {
          progress = this.progress({ label: 'analysing', unit: 'positions', total });
        },
        onPosition: () => progress?.add(),
      }).finally(() => progress?.finish());
      if (this.stopping) return undefined;
      if (flags.html !== undefined) await this.#page(review, flags.html);
      await this.#show(review, model);
      return undefined;
    });
  }

  async #with(
    flags: AnalyzeFlags,
    key: string,
    work: (open: OpenAnalyst, model: NamedModel) => Promise<Outcome>,
  ): Promise<Outcome> {
    const model = await readStore(flags.data, (store) => modelNamed(store, flags.model, key));
    if (model.metadata.config !== key) {
      const detail = `it was trained for ${model.metadata.config}, not for ${key}`;
      throw new RrError('MODEL_INCOMPATIBLE', { where: model.path, detail });
    }
    const { board, players } = parseConfigKey(key);
    const { chooseProvider } = await import('./cli/choose-provider.ts');
    const place = await chooseProvider(flags, model, board, (text) => this.note(text));
    const open = await openAnalyst(model, createRules(board, players), place, flags.workers ?? availableParallelism());
    this.stop.signal.addEventListener('abort', () => open.analyst.terminateAll(), { once: true });
    try {
      return await work(open, model);
    } finally {
      await open.close();
    }
  }

  /** Resolves when the command is to stop: nothing more is read. */
  #stopped(): Promise<void> {
    return new Promise((resolve) => this.stop.signal.addEventListener('abort', () => resolve(), { once: true }));
  }

  async #readQueries(
    source: ReturnType<typeof openSource>,
    talk: Conversation,
    room: () => Promise<void>,
  ): Promise<void> {
    for await (const { text, number } of splitLines(source.bytes, source.name)) {
      if (this.stopping) return;
      if (text.trim() !== '') talk.take(text, number);
      await room();
    }
  }

  async #readGames(path: string, talk: Conversation, room: () => Promise<void>): Promise<void> {
    let number = 0;
    for await (const item of openGames(path)) {
      if (this.stopping) return;
      number++;
      if ('game' in item) talk.takeGame(item.game, number);
      else if ('problem' in item) {
        talk.missGame();
        this.note(badText(item));
      }
      await room();
    }
  }

  async #page({ game }: Review, path: string): Promise<void> {
    const { showGame } = await import('../view/replay/replay.ts');
    const { htmlReplayer } = await import('../view/replay/html.ts');
    await writeFileAtomic(path, htmlReplayer(showGame(game), { theme: 'auto' }));
  }

  async #show({ decisions, seats }: Review, model: NamedModel): Promise<void> {
    await this.present({
      type: 'decision',
      rows: decisions,
      columns: DECISION_COLUMNS,
      none: 'no decision with a choice',
      header: { config: model.metadata.config, model: model.hash },
      summary: { decisions: decisions.length, seats },
    });
    if (this.globals.format !== 'table' || decisions.length === 0) return;
    this.say('');
    await this.table(seats, SEAT_COLUMNS);
    const worst = decisions.filter(({ loss }: ReviewedDecision) => loss > 0).sort((a, b) => b.loss - a.loss);
    if (worst.length === 0) return;
    this.say('\nWhat cost most:');
    await this.table(worst.slice(0, WORST), BLUNDER_COLUMNS);
  }
}

interface AnalyzeFlags extends GameFlagValues {
  readonly data?: string | undefined;
  readonly budget: string;
  readonly game?: string | undefined;
  readonly html?: string | undefined;
  readonly 'from-records'?: string | undefined;
  readonly model: string;
  readonly workers?: number | undefined;
  readonly provider?: 'cpu' | 'cuda' | 'webgpu' | 'auto' | undefined;
  readonly device: number;
  readonly 'require-gpu': boolean;
}
