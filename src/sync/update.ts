/**
 * Bringing a host to the version of a binary: it is sent under a temporary name, verified, started once to see that it
 * runs there and is the version it should be, and only then takes the place of the old one, in one rename.
 */
import { createReadStream } from 'node:fs';
import { basename, dirname } from 'node:path/posix';
import { pipeline } from 'node:stream/promises';
import type { CommandResult, Session } from '../cluster/ssh/session.ts';
import { RrError } from '../core/errors.ts';
import { TEMP_SUFFIX } from '../io/temporary.ts';

export interface Release {
  /** The binary on this machine. */
  readonly path: string;
  readonly sha256: string;
  /** As `rr --version` prints it, without the name. */
  readonly version: string;
}

/** `rr 1.2.3` → `1.2.3`, also behind what a login shell printed. */
export const versionIn = (output: string): string | undefined => /rr (\d\S*)\s*$/m.exec(output)?.[1];

/** The version of the rr on the host; undefined when none starts. */
export async function installedVersion(session: Session): Promise<string | undefined> {
  const { code, stdout } = await session.run([...session.host.rr, '--version']);
  return code === 0 ? versionIn(stdout) : undefined;
}

/**
 * @returns the version that runs there afterwards
 * @throws RrError HOST_COMMAND when the host's rr is no single file, or the binary does not arrive or run there
 */
export async function updateHost(session: Session, release: Release): Promise<string> {
  const { name, rr } = session.host;
  const refuse = (detail: string): RrError => new RrError('HOST_COMMAND', { host: name, detail });
  const [target] = rr;
  if (target === undefined || rr.length > 1 || !target.startsWith('/')) {
    throw refuse(`rr there is '${rr.join(' ')}', not the absolute path of one binary that could be replaced`);
  }
  const temporary = `${dirname(target)}/.${basename(target)}.${release.sha256.slice(0, 12)}${TEMP_SUFFIX}`;
  const must = async (argv: readonly string[], what: string): Promise<CommandResult> => {
    const result = await session.run(argv);
    if (result.code === 0) return result;
    throw refuse(`${what}: ${result.stderr.trim().split('\n').at(-1) ?? `status ${result.code}`}`);
  };
  await must(['mkdir', '-p', dirname(target)], 'no folder for the binary');
  try {
    const sftp = await session.sftp();
    await pipeline(createReadStream(release.path), sftp.createWriteStream(temporary, { mode: 0o755 }));
    const { stdout } = await must(['sha256sum', '--', temporary], 'the binary cannot be verified');
    if (!stdout.includes(release.sha256)) throw refuse('the binary did not arrive whole');
    await must(['chmod', '755', temporary], 'the binary cannot be made executable');
    const ran = await session.run([temporary, '--version']);
    const found = ran.code === 0 ? versionIn(ran.stdout) : undefined;
    if (found !== release.version) {
      const said = ran.stderr.trim().split('\n').at(-1) ?? '';
      throw refuse(`the binary does not run there${said === '' ? '' : ` (${said})`}; the old one stays`);
    }
    await must(['sync', temporary], 'the disk does not take the binary');
    await must(['mv', '-f', '--', temporary, target], 'the binary cannot take its place');
  } finally {
    await session.run(['rm', '-f', '--', temporary]).catch(() => undefined);
  }
  const now = await installedVersion(session);
  if (now !== release.version) throw refuse(`runs ${now ?? 'nothing'} after the update`);
  return now;
}
