/** `rr cluster probe`: can each host be reached, does it know us, which rr runs there, is its clock right? */
import { Args, Flags } from '@oclif/core';
import type { Host } from '../../cluster/hosts/file.ts';
import { addKnownHost } from '../../cluster/ssh/known-hosts.ts';
import type { Session } from '../../cluster/ssh/session.ts';
import { RrError } from '../../core/errors.ts';
import { eachHost, exitOfHosts } from '../../sync/each-host.ts';
import { RemoteSide } from '../../sync/peer/remote.ts';
import { type Outcome, RrCommand } from '../cli/base.ts';
import { dataFlag } from '../cli/flags.ts';
import { hostFlags, hostsFromFlags } from '../sync/flags.ts';
import { visitOptions } from '../sync/hosts-command.ts';
import { openLocal } from '../sync/local.ts';

export default class ClusterProbe extends RrCommand {
  static override description =
    'Connects to each host and asks its rr for its version, its time and its data folder. A host key that is not on ' +
    'record is refused; --accept-key records it if its fingerprint is the one given.';

  static override examples = [
    'rr cluster probe',
    'rr cluster probe gpu-1 --accept-key SHA256:0CwH3pVvW3m8SoSu9dKoUHEyXvJmGvNBKC1mRkOcSpA',
  ];

  static override args = { name: Args.string({ description: 'one host (or use --host)' }) };

  static override flags = {
    ...dataFlag,
    ...hostFlags,
    'accept-key': Flags.string({
      description: 'record the host key with this fingerprint (one host)',
      helpValue: 'SHA256:…',
    }),
  };

  protected async execute(): Promise<Outcome> {
    const { args, flags } = await this.parse(ClusterProbe);
    const host = args.name === undefined ? flags.host : [args.name, ...(flags.host ?? [])];
    const { hosts } = hostsFromFlags({ ...flags, host });
    const wanted = flags['accept-key'];
    if (wanted !== undefined && hosts.length !== 1) {
      throw new RrError('USAGE', { detail: '--accept-key is for one host; name it' });
    }
    const local = await openLocal(flags.data);
    try {
      const options = {
        ...visitOptions(flags, local, { signal: this.stop.signal, live: this.live }),
        ...(wanted === undefined ? {} : { onUnknownKey: acceptor(hosts, wanted) }),
      };
      const outcomes = await eachHost(hosts, options, probeHost);
      await this.present({
        type: 'probe',
        rows: outcomes.map((outcome) =>
          outcome.ok
            ? { host: outcome.host.name, state: 'ok', ...outcome.value }
            : { host: outcome.host.name, state: 'failed', code: outcome.error.code, reason: outcome.error.message },
        ),
        columns: [
          { title: 'HOST', value: (row) => row.host },
          { title: 'STATE', value: (row) => row.state },
          { title: 'RR', value: (row) => ('rr' in row ? row.rr : undefined) },
          { title: 'CONNECT ms', value: (row) => ('connectMs' in row ? row.connectMs : undefined) },
          { title: 'CLOCK s', value: (row) => ('clockSeconds' in row ? row.clockSeconds : undefined) },
          { title: 'RSYNC', value: (row) => ('rsync' in row ? (row.rsync ?? 'no') : undefined) },
          { title: 'WHY', wrap: true, value: (row) => ('reason' in row ? row.reason : undefined) },
        ],
        summary: { hosts: hosts.length, failed: outcomes.filter((one) => !one.ok).map((one) => one.host.name) },
      });
      return exitOfHosts(outcomes);
    } finally {
      await local.close();
    }
  }
}

async function probeHost(session: Session) {
  const start = performance.now();
  await session.connected();
  const connectMs = Math.round(performance.now() - start);
  const side = await RemoteSide.start(session);
  try {
    const asked = Date.now();
    const { rr, nowMs } = await side.call('hello', {});
    const clockSeconds = Math.round((nowMs - (asked + Date.now()) / 2) / 100) / 10;
    const { version: rsync } = await side.call('rsync', {});
    return { rr, connectMs, clockSeconds, rsync };
  } finally {
    await side.close();
  }
}

/** Records the key of the one host when it is the one that a person has checked. */
const acceptor =
  ([host]: readonly Host[], wanted: string) =>
  (key: { name: string; fingerprint: string; blob: Buffer }): boolean => {
    if (!host || key.fingerprint !== wanted) return false;
    addKnownHost(host.knownHosts, key.name, key.blob);
    return true;
  };
