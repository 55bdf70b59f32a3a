/** A command that was killed between its work and its note is made up for by the next look. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { noteFacts } from '../../../src/control/facts/sweep.ts';
import { dataPaths } from '../../../src/io/paths.ts';
import { readState, withState } from '../../../src/state/open.ts';
import { isGenuineEvent } from '../../../src/state/store/event.ts';
import { temporaryFolder } from '../../io/folder.ts';
import { REPO_ROOT } from '../../run.ts';

const folder = temporaryFolder();

/** Runs a script in a process of its own, which has the run of a training and ends itself by SIGKILL. */
function killed(root: string, work: string): void {
  const source = join(REPO_ROOT, 'src');
  const script = `
    import { randomUUID } from 'node:crypto';
    import { dataPaths } from '${source}/io/paths.ts';
    import { openState } from '${source}/state/open.ts';
    import { ModelStore } from '${source}/models/store.ts';
    import { newModel, saveModel, specFor } from '${source}/models/save.ts';
    import { architectureOf } from '${source}/net/arch/architectures.ts';
    import { initialWeights } from '${source}/net/arch/parameters.ts';
    import { gameConfig } from '${source}/engine/config-key.ts';
    const paths = dataPaths(process.argv[1]);
    const state = await openState(paths.state);
    await state.runs.start({ command: 'train', config: 'hex8_2p', argv: ['train'] });
    ${work}
    process.kill(process.pid, 'SIGKILL');`;
  const { signal, stderr } = spawnSync(process.execPath, ['--input-type=module-typescript', '-e', script, root]);
  expect(`${signal} ${stderr}`).toBe('SIGKILL ');
}

const MODEL = `
    const config = gameConfig('hex8', 2);
    const spec = specFor(config, architectureOf('nano'));
    const model = newModel(config, spec, initialWeights(spec, 1), { training: { steps: 7, samples: 9, validation: { loss: 1.5 } } });
    await saveModel(new ModelStore(paths.modelsFolder, state.audit), model);`;

test('killed after the model, before its events: the next look notes them, once', async () => {
  const paths = dataPaths(join(folder, 'model'));
  killed(paths.root, MODEL);
  expect(await readState(paths.state, ({ events }) => events.find())).toEqual([]);
  const look = () => withState(paths.state, (state) => noteFacts(paths, state, Date.now()));
  expect(await look()).toBe(3);
  const events = await readState(paths.state, (state) => state.events.find());
  expect(events.map(({ type }) => type)).toEqual(['run_lost', 'training_completed', 'model_registered']);
  expect(events.every(isGenuineEvent)).toBe(true);
  expect(JSON.parse(events[1]?.detail ?? '')).toMatchObject({ steps: 7, samples: 9, games: null, loss: 1.5 });
  expect(await look()).toBe(0);
});

test('an event that is gone is made again with the id it had', async () => {
  const paths = dataPaths(join(folder, 'again'));
  killed(paths.root, MODEL);
  const look = () => withState(paths.state, (state) => noteFacts(paths, state, Date.now()));
  await look();
  const ids = () => readState(paths.state, ({ events }) => events.ids());
  const before = await ids();
  await withState(paths.state, ({ events }) => events.forget(Date.now() + 86_400_000));
  expect(await ids()).toEqual([]);
  await look();
  expect(await ids()).toEqual(before);
});
