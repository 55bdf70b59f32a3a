/** What `rr train` tells while it runs: records into a pipe, lines on a terminal, a live display on stderr. */
import type { GameConfig } from '../../engine/config-key.ts';
import type { RecordWriter } from '../../io/ndjson/writer.ts';
import { epochRecord, type TrainJob, type TrainOutcome } from '../../train/driver/run.ts';
import type { Baselines } from '../../train/learn/baselines.ts';
import type { EpochFigures } from '../../train/learn/progress.ts';
import { sparkline } from '../../train/report/sparkline.ts';
import type { Progress, ProgressOptions, Work } from '../cli/progress.ts';

export interface ReportOptions {
  readonly config: GameConfig;
  readonly writer: RecordWriter | undefined;
  readonly say: (text: string) => void;
  readonly progress: (work: Work, details?: ProgressOptions['details']) => Progress;
  readonly color: boolean;
}

type Listeners = Pick<TrainJob, 'onData' | 'onStep' | 'onValidation' | 'onEpoch' | 'onRollback'>;

/** Points of the sparkline: one per this many steps at first, ever more as the training goes on. */
const SPARK_WIDTH = 60;

export class TrainReport {
  readonly #options: ReportOptions;
  /** What guessing achieves on the held-out games, once the data are known. */
  guesses: Baselines | undefined;
  #progress: Progress | undefined;
  #losses: number[] = [];
  #stride = 1;
  #sum = 0;
  #count = 0;

  constructor(options: ReportOptions) {
    this.#options = options;
  }

  readonly listeners: Listeners = {
    onData: async (data, split, guesses) => {
      const { writer, say, config } = this.#options;
      this.guesses = guesses;
      await writer?.write({
        type: 'training_data',
        config: config.key,
        rows: data.rows.count,
        games: data.games.length,
        available: data.available,
        learned: split.training.length,
        judged: split.validation.length,
        fingerprint: data.fingerprint,
        ...(guesses && { baselines: guesses }),
      });
      say(
        `${config.key}: ${data.rows.count} samples of ${data.games.length} games, ${split.validation.length} samples held out`,
      );
      if (guesses) {
        const line = (name: string, { policy_top1, value_accuracy }: typeof guesses.uniform): string =>
          `${name.padEnd(9)} policy top-1 ${percent(policy_top1)}  value ${percent(value_accuracy)}`;
        say(line('uniform', guesses.uniform));
        say(line('majority', guesses.majority));
      }
    },
    onStep: (step, totalSteps, samples, loss) => {
      this.#progress ??= this.#options.progress(
        { label: `training ${this.#options.config.key}`, unit: 'steps', total: totalSteps },
        () => [`loss ${sparkline(this.#losses)}`],
      );
      this.#spark(loss);
      this.#progress.update(step);
      this.#progress.extra('samples', samples);
      this.#progress.extra('loss', loss.toFixed(3));
      this.#progress.extra('validated', undefined);
    },
    onValidation: (samples, of) => this.#progress?.extra('validated', `${Math.floor((100 * samples) / of)}%`),
    onEpoch: async (figures, rates, partial) => {
      await this.#options.writer?.write(epochRecord(figures, rates, partial));
      this.#tell(epochLine(figures, rates.samplesPerSecond));
    },
    onRollback: async (step, why) => {
      await this.#options.writer?.write({ type: 'event', event: 'went_back', step, why });
      this.#progress?.log(`step ${step}: ${why}; went back to the last checkpoint at half the rate`);
    },
  };

  /** A line for people, above the live display where both are on one terminal. */
  #tell(line: string): void {
    if (this.#options.writer === undefined && process.stdout.isTTY && this.#progress) this.#progress.log(line);
    else this.#options.say(line);
  }

  finish(): void {
    this.#progress?.finish();
  }

  async end(done: TrainOutcome, command: string): Promise<void> {
    const { writer, say, config } = this.#options;
    const { model } = done;
    if (model) {
      await writer?.write({
        type: 'model',
        config: config.key,
        hash: model.hash,
        path: model.path,
        bytes: model.bytes,
      });
      say(`model ${model.hash.slice(0, 12)} of epoch ${done.bestEpoch}: ${model.path}`);
    }
    await writer?.write({
      type: 'summary',
      command,
      config: config.key,
      end: done.end,
      steps: done.step,
      samples: done.samples,
      epochs: done.epochs.length,
      best_epoch: done.bestEpoch,
      ...(model && { model: model.hash }),
    });
  }

  /** Adds a loss; when there are twice as many points as fit, neighbours become one. */
  #spark(loss: number): void {
    this.#sum += loss;
    if (++this.#count < this.#stride) return;
    this.#losses.push(this.#sum / this.#count);
    this.#sum = 0;
    this.#count = 0;
    if (this.#losses.length < 2 * SPARK_WIDTH) return;
    this.#losses = pairMeans(this.#losses);
    this.#stride *= 2;
  }
}

/** The mean of every two neighbours. */
const pairMeans = (values: readonly number[]): number[] =>
  values.flatMap((value, index) => (index % 2 === 0 ? [(value + (values[index + 1] ?? value)) / 2] : []));

const percent = (share: number): string => `${(100 * share).toFixed(1)}%`;

function epochLine({ epoch, train, validation, learning_rate }: EpochFigures, rate: number): string {
  const shown = validation ?? train;
  const which = validation ? 'held out' : 'train';
  return (
    `epoch ${String(epoch).padStart(3)}  loss ${train.loss.toFixed(3)}  ${which}: loss ${shown.loss.toFixed(3)}  ` +
    `policy top-1 ${percent(shown.policy_top1)} top-5 ${percent(shown.policy_top5)}  value ${percent(shown.value_accuracy)} ` +
    `ECE ${shown.value_ece.toFixed(3)}  lr ${learning_rate.toExponential(1)}  ${Math.round(rate)} samples/s`
  );
}
