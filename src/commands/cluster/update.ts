/** `rr cluster update`: brings hosts to the version of one binary. */

import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { Flags } from '@oclif/core';
import { execa } from 'execa';
import { RrError } from '../../core/errors.ts';
import { eachHost, exitOfHosts } from '../../sync/each-host.ts';
import { sha256Of } from '../../sync/peer/files.ts';
import { installedVersion, type Release, updateHost, versionIn } from '../../sync/update.ts';
import { type Outcome, RrCommand } from '../cli/base.ts';
import { dataFlag } from '../cli/flags.ts';
import { hostFlags, hostsFromFlags } from '../sync/flags.ts';
import { failureLines, visitOptions } from '../sync/hosts-command.ts';
import { openLocal } from '../sync/local.ts';

export default class ClusterUpdate extends RrCommand {
  static override description =
    'Sends the binary to the path that hosts.yaml names as rr, verifies it, starts it there once, and only then lets ' +
    'it take the place of the old one. Hosts that run the version already are left alone.';

  static override examples = ['rr cluster update --dry-run', 'rr cluster update --binary dist/rr --max-parallel 8'];

  static override flags = {
    ...dataFlag,
    ...hostFlags,
    binary: Flags.string({
      default: 'dist/rr',
      description: 'the binary to send (npm run build makes it)',
      helpValue: 'FILE',
    }),
    'dry-run': Flags.boolean({ description: 'say which hosts would change' }),
  };

  protected async execute(): Promise<Outcome> {
    const { flags } = await this.parse(ClusterUpdate);
    const { hosts } = hostsFromFlags(flags);
    const release = await releaseOf(resolve(flags.binary));
    const local = await openLocal(flags.data);
    try {
      const outcomes = await eachHost(
        hosts,
        visitOptions(flags, local, { signal: this.stop.signal, live: this.live }),
        async (session) => {
          const before = (await installedVersion(session)) ?? 'none';
          if (before === release.version) return { before, after: before, state: 'current' };
          if (flags['dry-run']) return { before, after: release.version, state: 'planned' };
          return { before, after: await updateHost(session, release), state: 'updated' };
        },
      );
      await this.present({
        type: 'update',
        rows: outcomes.map((outcome) =>
          outcome.ok
            ? { host: outcome.host.name, ...outcome.value }
            : { host: outcome.host.name, state: 'failed', reason: outcome.error.message },
        ),
        columns: [
          { title: 'HOST', value: (row) => row.host },
          { title: 'STATE', value: (row) => row.state },
          { title: 'FROM', value: (row) => ('before' in row ? row.before : undefined) },
          { title: 'TO', value: (row) => ('after' in row ? row.after : undefined) },
        ],
        summary: { version: release.version, failed: outcomes.filter((one) => !one.ok).map((one) => one.host.name) },
      });
      process.stderr.write(failureLines(outcomes));
      return exitOfHosts(outcomes);
    } finally {
      await local.close();
    }
  }
}

async function releaseOf(path: string): Promise<Release> {
  if (!existsSync(path)) throw new RrError('FILE_NOT_FOUND', { path: `${path} (npm run build makes the binary)` });
  const { stdout, failed } = await execa(path, ['--version'], { reject: false });
  const version = failed ? undefined : versionIn(String(stdout));
  if (version === undefined) throw new RrError('USAGE', { detail: `${path} does not answer --version as rr does` });
  return { path, sha256: await sha256Of(path), version };
}
