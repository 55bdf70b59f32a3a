/** `rr init`: five questions and a minute of measuring make the rr.yaml of a folder. */
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Flags } from '@oclif/core';
import { applyToProject, type Knobs } from '../config/apply.ts';
import { resolveSettings } from '../config/settings.ts';
import type { Settings, Topic } from '../config/topics.ts';
import { type RoundAmounts, roundAmounts } from '../control/first-settings/round-amounts.ts';
import { RrError } from '../core/errors.ts';
import { gameConfig } from '../engine/config-key.ts';
import { hasNvidiaCard } from '../io/machine.ts';
import { header } from '../io/ndjson/header.ts';
import { PACKAGE_ROOT } from '../io/package-root.ts';
import { lineConsole } from '../view/play/line-console.ts';
import { type Outcome, RrCommand } from './cli/base.ts';
import { gameFlags, gameFromFlags } from './cli/flags.ts';
import { requiredGame, usualGame } from './cli/usual-game.ts';
import { type Measured, measure, measuredCases } from './init/measure.ts';
import { type Answers, askMissing, type Known } from './init/questions.ts';

/** Minutes of a round when nobody says. */
const USUAL_MINUTES = 30;

/** Below these, a round learns from too little to get anywhere. */
const FEW_GAMES = 50;

export default class Init extends RrCommand {
  static override description =
    'Asks for board, players, minutes, cores and graphics card unless a flag says it; without a terminal it ' +
    'needs --board or --config. Measures what this machine plays with the network of the loop (as rr bench search ' +
    '--apply does), and writes the fastest settings and the amounts that fit the minutes into the rr.yaml of this ' +
    'folder. Other settings there are kept. From then on no command here needs --config. Measure on an idle machine.';

  static override examples = ['rr init', 'rr init --board hex8 --players 2 --minutes 20 --cores 2 --no-gpu'];

  static override flags = {
    ...gameFlags,
    minutes: Flags.integer({
      description: `minutes that a round of rr loop may take (default ${USUAL_MINUTES})`,
      min: 1,
      helpValue: 'N',
    }),
    cores: Flags.integer({ description: 'cores to use (default all)', min: 1, helpValue: 'N' }),
    gpu: Flags.boolean({ description: 'use the graphics card (default no)', allowNo: true }),
    seconds: Flags.integer({ description: 'time per measured case', min: 1, default: 2, helpValue: 'N' }),
  };

  protected async execute(): Promise<Outcome> {
    const { flags } = await this.parse(Init);
    const answers = await this.#answers({
      game: gameFromFlags(flags),
      minutes: flags.minutes,
      cores: coresFrom(flags.cores),
      gpu: flags.gpu,
    });
    if (answers === undefined) return undefined;
    const measured = await this.#measure(answers, flags.seconds);
    if (this.stopping) return undefined;
    const loop = loopBefore();
    const least = resolveSettings('promotion').settings['min-games'];
    const leastGauntletGames = least[`${answers.game.players}p`] ?? 1;
    const amounts = roundAmounts(answers.minutes, answers.game, measured.rates, { loop, leastGauntletGames });
    const settings = settingsOf(answers, measured, amounts);
    const path = await applyToProject(settings);
    await this.#report(path, answers, settings, measured, amounts);
    return undefined;
  }

  async #answers(given: Known['given']): Promise<Answers | undefined> {
    const onTerminal = process.stdin.isTTY === true && process.stdout.isTTY === true;
    const game = usualGame(undefined) ?? gameConfig('hex8', 2);
    const cores = availableParallelism();
    if (!onTerminal) {
      const { minutes = USUAL_MINUTES, cores: asked = cores, gpu = false } = given;
      return { game: given.game ?? requiredGame({}), minutes, cores: asked, gpu };
    }
    const { color } = this.globals;
    const console = lineConsole(process.stdout, color, () => this.stop.stop('SIGINT'));
    const usual = { game, minutes: USUAL_MINUTES, cores, gpu: hasNvidiaCard() };
    try {
      return await askMissing({ given, usual }, console);
    } finally {
      console.close();
    }
  }

  async #measure(answers: Answers, seconds: number): Promise<Measured> {
    const progress = this.progress({
      label: `measuring ${answers.game.key}`,
      unit: 'cases',
      total: measuredCases(answers.cores),
    });
    try {
      return await measure(answers, loopBefore(), {
        seconds,
        stopped: () => this.stopping,
        onCase: () => progress.add(),
        say: (text) => this.note(text),
      });
    } finally {
      progress.finish();
    }
  }

  async #report(
    path: string,
    { game, minutes }: Answers,
    settings: Readonly<Partial<Record<Topic, Knobs>>>,
    { rates }: Measured,
    { games, expected }: RoundAmounts,
  ): Promise<void> {
    const longer = (expected.selfplay + expected.train + expected.gauntlet) / 60 / minutes;
    if (longer > 1.2) this.note(`the least gauntlet that promotion accepts makes a round longer than ${minutes} min`);
    if (games < FEW_GAMES) {
      this.note(`${games} games are few for a round to learn from: allow more minutes, or take a smaller board`);
    }
    if (this.globals.format === 'ndjson') {
      const writer = await this.records();
      await writer.write(header({ command: this.commandName, config: game.key }));
      await writer.write({ type: 'settings', path, settings, measured: rates, expectedSeconds: expected });
      await writer.write({ type: 'summary', command: this.commandName });
      return;
    }
    const lines = Object.entries(settings).flatMap(([topic, knobs]) => [
      `  ${topic}`,
      ...Object.entries(knobs).map(([knob, value]) => `    ${knob}: ${value}`),
    ]);
    this.say(`${path} now says\n\n${lines.join('\n')}\n`);
    this.say(`Measured here: ${Math.round(rates.simulationsPerSecond).toLocaleString('en')} simulations a second.`);
    this.say(
      `A round of rr loop: about ${span(expected.selfplay)} of self-play (${games} games), at most ` +
        `${span(expected.train)} of training, about ${span(expected.gauntlet)} of gauntlet.`,
    );
    this.say('Next: rr loop');
  }
}

/** The loop's settings without what an earlier `rr init` wrote, which fitted other minutes. */
function loopBefore(): Settings<'loop'> {
  const { settings } = resolveSettings('loop');
  const { settings: defaults } = resolveSettings('loop', { cwd: join(PACKAGE_ROOT, 'config'), env: {} });
  const { opponents, 'gauntlet-games': games, 'gauntlet-budget': budget, 'bootstrap-games': bootstrap } = defaults;
  return { ...settings, opponents, 'gauntlet-games': games, 'gauntlet-budget': budget, 'bootstrap-games': bootstrap };
}

function coresFrom(asked: number | undefined): number | undefined {
  const most = availableParallelism();
  if (asked === undefined || asked <= most) return asked;
  throw new RrError('USAGE', { detail: `--cores ${asked}: this machine has ${most}` });
}

/** What goes into rr.yaml. Training leaves one core to the threads that make its batches. */
function settingsOf(
  { game, cores }: Answers,
  { advice, chosen }: Measured,
  { games, bootstrapGames, gauntlet, trainSeconds }: RoundAmounts,
): Readonly<Partial<Record<Topic, Knobs>>> {
  return {
    game: { config: game.key },
    selfplay: { ...advice },
    training: { threads: Math.max(1, cores - 1) },
    gauntlet: { workers: cores },
    loop: {
      provider: chosen.provider,
      [`games.${game.key}`]: games,
      [`bootstrap-games.${game.key}`]: bootstrapGames,
      'train-seconds': trainSeconds,
      opponents: gauntlet.opponents,
      'gauntlet-games': gauntlet.games,
      'gauntlet-budget': gauntlet.budget,
    },
  };
}

const span = (seconds: number): string =>
  seconds < 90 ? `${Math.round(seconds)} s` : `${Math.round(seconds / 60)} min`;
