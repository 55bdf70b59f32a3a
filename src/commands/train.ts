/** `rr train`: from training files to a model in the store. */
import { randomInt } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { Args } from '@oclif/core';
import { resolveSettings } from '../config/settings.ts';
import { RULES_VERSION } from '../engine/rules.ts';
import { assertWritable, writeFileAtomic } from '../io/atomic.ts';
import { header } from '../io/ndjson/header.ts';
import { dataPaths } from '../io/paths.ts';
import { ModelStore } from '../models/store.ts';
import { architectureOf } from '../net/arch/architectures.ts';
import { RR1_ENCODER } from '../net/encode/rr1/features.ts';
import { RR1_POLICY } from '../net/encode/rr1/moves.ts';
import { openState } from '../state/open.ts';
import { withLease } from '../state/store/lease.ts';
import { trainingFiles } from '../train/driver/inputs.ts';
import { checkpointOf, train } from '../train/driver/run.ts';
import { threadsOf, trainSettings } from '../train/driver/settings.ts';
import { startingModel } from '../train/driver/start.ts';
import { refuseUnfinished, seedOfCheckpoint } from '../train/learn/checkpoint.ts';
import { refuseBelowGate } from '../train/quality/gate.ts';
import { type Outcome, RrCommand } from './cli/base.ts';
import { dataFlag, gameFlags, gameFromFlags, seedFlag } from './cli/flags.ts';
import { usualGame } from './cli/usual-game.ts';
import { flagSettings, trainFlags } from './train/flags.ts';
import { TrainReport } from './train/report.ts';
import { howToResume } from './train/resume.ts';

/** Seeds drawn when none is given stay below 2^48, the most that randomInt gives. */
const SEED_RANGE = 2 ** 48 - 1;

export default class Train extends RrCommand {
  static override description =
    'Learns from training files (rr export --npz): named ones, older first, those that npz records on stdin name, or ' +
    "the config's own below data/training. The model goes into the store and the pointer `candidate` to it. One " +
    'training per config at a time (exit 75 when busy). Killed at any instant, --resume with the same settings ' +
    'continues to the same weights.';

  static override examples = [
    'rr selfplay --board hex8 --games 2000 | rr export --npz | rr train --seed 1',
    'rr train hex8.npz --arch small --epochs 10 --svg curves.svg',
    'rr train --config hex8_2p --init production --lr 0.0005 --max-seconds 3600',
    'rr train --config hex8_2p --seed 1 --resume',
  ];

  static override args = {
    file: Args.string({ description: 'training files (.npz), older first; - for npz records on stdin' }),
  };
  static override strict = false;

  static override flags = { ...gameFlags, ...dataFlag, ...seedFlag, ...trainFlags };

  protected async execute(): Promise<Outcome> {
    const { flags, argv } = await this.parse(Train);
    const paths = dataPaths(flags.data);
    const files = await trainingFiles(argv.map(String), gameFromFlags(flags), flags.data, {
      allowTruncated: flags['allow-truncated'] === true,
      usual: () => usualGame(flags.data),
      onSilence: () => this.note('waits for npz records on stdin; to train without them, name files or add </dev/null'),
    });
    const { config } = files;
    const { settings: configured } = resolveSettings('training', { flags: flagSettings(flags, config.key) });
    const state = await openState(paths.state);
    await this.recordRun(paths, { config: config.key, needed: true });
    try {
      const store = new ModelStore(paths.modelsFolder, state.audit);
      const start = flags.init === undefined ? undefined : await startingModel(store, flags.init, config, flags.arch);
      const architecture = start?.metadata.architecture ?? architectureOf(configured.arch);
      const checkpointPath = flags.checkpoint ?? checkpointOf(paths.stateFolder, config);
      const before = flags.resume ? await seedOfCheckpoint(checkpointPath) : undefined;
      const seed = flags.seed ?? before ?? randomInt(SEED_RANGE);
      const settings = trainSettings(configured, config.key, seed);
      const writer = this.globals.format === 'ndjson' ? await this.records() : undefined;
      const report = new TrainReport({
        config,
        writer,
        say: (text) => this.say(text),
        progress: (work, details) => this.progress(work, details),
        color: this.globals.color,
      });
      // hours of learning come before they are written
      for (const path of [checkpointPath, flags.svg, flags.losses]) if (path !== undefined) await assertWritable(path);
      if (configured['max-seconds'] > 0) this.stop.limit(configured['max-seconds']);
      if (flags.gate) await refuseBelowGate(files.paths, config, resolveSettings('quality').settings);
      const lease = { owner: 'rr train' };
      return await withLease(state.leases, `train/${config.key}`, lease, async (held) => {
        if (flags.resume === undefined) await refuseUnfinished(checkpointPath);
        await writer?.write(
          header({
            command: this.commandName,
            config: config.key,
            seed,
            ...(start && { model: start.hash }),
            rules: RULES_VERSION,
            encoder: RR1_ENCODER,
            policy: RR1_POLICY,
            arch: architecture.name,
            files: files.paths,
          }),
        );
        const done = await train({
          config,
          paths: files.paths,
          settings,
          architecture,
          ...(start && { start }),
          resume: flags.resume === true,
          gate: flags.gate ? 'passed' : 'skipped',
          threads: threadsOf(configured),
          checkpointPath,
          signal: this.stop.signal,
          lease: held,
          lossesPath: flags.losses,
          store,
          timeIsUp: () => this.stop.request?.cause === 'time',
          ...report.listeners,
        }).finally(() => report.finish());
        const early = done.end === 'stopped' && done.step < settings.warmupSteps;
        if (done.model && flags.candidate && early) {
          const why = `after ${done.step} steps, within the warm-up of ${settings.warmupSteps}`;
          this.note(`the time was up ${why}: candidate stays where it was`);
        } else if (
          done.model &&
          flags.candidate &&
          (await store.pointer(config.key, 'candidate')) !== done.model.hash
        ) {
          await store.point(config.key, 'candidate', done.model.hash, {
            actor: 'rr train',
            reason: `trained on ${done.samples} samples`,
            detail: { ...done.epochs.find(({ epoch }) => epoch === done.bestEpoch)?.validation },
            fence: held.fence,
          });
        }
        if (flags.svg !== undefined) {
          const { curvesSvg } = await import('../train/report/curves.ts');
          await writeFileAtomic(flags.svg, curvesSvg(config.key, done.epochs, report.guesses));
        }
        // last: a training that was killed before its model stood where it belongs goes on from there
        if (done.end !== 'stopped') await rm(checkpointPath, { force: true });
        await report.end(done, this.commandName);
        if (done.end === 'stopped' && done.step > 0) this.note(howToResume(this.argv, files, seed));
        return undefined;
      });
    } finally {
      await state.close();
    }
  }
}
