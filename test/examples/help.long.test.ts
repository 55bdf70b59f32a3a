/**
 * Every example of every --help page is run as it stands, in a folder with what it reads; only amounts are reduced. An
 * example that cannot run here must be listed with its reason.
 */
import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commandSpecs } from '../../src/commands/cli/reference/spec.ts';
import { COMMANDS } from '../../src/commands/table.ts';
import { hasSshd } from '../cluster/sshd.ts';
import { addHosts, reduced, type Stage, setStage } from './stage.ts';

/** Statuses that an example may end with besides 0. */
const OTHER_ENDS: readonly (readonly [RegExp, readonly number[]])[] = [
  // a machine without a graphics card, without PyTorch
  [/^rr doctor --for gpu/, [3]],
  [/nvidia-smi/, [6, 75]],
  [/--vs-torch/, [2]],
  // the example before it has played, learnt or promoted it all
  [/--resume$/, [4]],
  // nothing but a sequential test lets a model replace the one in production
  [/\brr promote/, [3, 4]],
  [/^rr loop/, [3, 4]],
  // a machine without Slurm
  [/--executor slurm/, [2, 75]],
  // no game has been put aside, no game has searches
  [/^rr (db quarantine|bench targets)/, [4]],
  // nobody is stale or unrated in this folder
  [/\brr elo (stale|unrated|trend|merge|record)/, [4]],
  // a sequential test of four games decides nothing
  [/--test production/, [3, 4]],
  [/^rr sync (push|pull)/, [4]],
  // nothing of the kind has happened here, or all of it is known
  [/^rr (events|jobs (ls|reap))/, [4]],
  // the job of this folder is late, its hosts were not synced with
  [/^rr (doctor --jobs|sync status)/, [3]],
  // every score is as new as can be; a file of twelve games is below the gate
  [/^rr db score/, [4]],
  [/^rr npz check/, [3]],
  // until Ctrl-C
  [/--(watch|follow)/, [130]],
];

/** Examples that need other machines: each has its test with a real sshd in test/commands/cluster.long.test.ts and test/sync. */
const NEEDS_HOSTS = /^(sync|cluster)/;

const examples = (await commandSpecs(COMMANDS))
  .flatMap(({ name, examples }) => examples.map((example) => ({ name, example })))
  .filter(({ example }, i, all) => all.findIndex((other) => other.example === example) === i);

let stage: Stage;
beforeAll(async () => {
  stage = await setStage('rr-help-');
  if (hasSshd) await addHosts(stage);
});
afterAll(() => rmSync(stage.folder, { recursive: true }));

describe('examples of --help', () => {
  const run = examples.filter(({ name }) => hasSshd || !NEEDS_HOSTS.test(name));
  it.each(run)('$example', async ({ example }) => {
    const { status, stderr } = await stage.shell(reduced(example));
    const other = OTHER_ENDS.filter(([pattern]) => pattern.test(example)).flatMap(([, statuses]) => statuses);
    if (status !== null && other.includes(status)) return;
    expect({ status, stderr: status === 0 ? '' : stderr }).toEqual({ status: 0, stderr: '' });
  });
});
