/**
 * `npm run release -- 0.2.0`: version, changelog, packages, checksums, commit and tag, in this order. Nothing is sent
 * anywhere. Run it on every platform that gets an executable; the first one commits, the others build with --no-commit.
 *
 *   package.json, package-lock.json     the version
 *   CHANGELOG.md                        what is under Unreleased goes below a heading with version and date
 *   dist/release/                       ringrift-rr-0.2.0.tgz, rr-0.2.0-linux-x64.gz, SHA256SUMS
 *   commit `Release 0.2.0`, tag v0.2.0
 *
 * When a step fails, the three files are as before, and there is no commit and no tag.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { execaSync } from 'execa';

const CHANGED = ['package.json', 'package-lock.json', 'CHANGELOG.md'];

/** Parts of a version `1.2.3`; undefined for anything else. */
function partsOf(version: string): readonly number[] | undefined {
  const match = /^(\d+)\.(\d+)\.(\d+)$/.exec(version);
  return match?.slice(1).map(Number);
}

export function isLater(version: string, than: string): boolean {
  const [a, b] = [partsOf(version), partsOf(than)];
  if (!a || !b) return false;
  const first = a.findIndex((part, i) => part !== b[i]);
  return first >= 0 && (a[first] ?? 0) > (b[first] ?? 0);
}

/** The changelog after the release; undefined when nothing is unreleased. */
export function released(changelog: string, version: string, date: string): string | undefined {
  const match = /^## Unreleased\n+(?=- )/m.exec(changelog);
  if (!match) return undefined;
  const end = match.index + match[0].length;
  return `${changelog.slice(0, match.index)}## Unreleased\n\n## ${version} (${date})\n\n${changelog.slice(end)}`;
}

class Refused extends Error {}

function release(version: string, commit: boolean): void {
  const git = (...args: string[]): string => execaSync('git', args).stdout;
  const npm = (...args: string[]): void =>
    void execaSync('npm', args, { stdio: ['ignore', process.stderr, 'inherit'] });
  const { version: current } = JSON.parse(readFileSync('package.json', 'utf8'));
  const tag = `v${version}`;
  if (commit) {
    if (!isLater(version, current)) throw new Refused(`${version} is no version above ${current}`);
    if (git('status', '--porcelain') !== '') throw new Refused('there are changes that no commit has (git status)');
    if (git('tag', '--list', tag) !== '') throw new Refused(`there is a tag ${tag} already`);
  } else if (version !== current) throw new Refused(`--no-commit builds the version checked out, which is ${current}`);
  try {
    if (commit) {
      const changelog = released(readFileSync('CHANGELOG.md', 'utf8'), version, new Date().toISOString().slice(0, 10));
      if (changelog === undefined) throw new Refused('CHANGELOG.md has nothing under Unreleased');
      writeFileSync('CHANGELOG.md', changelog);
      npm('version', version, '--no-git-tag-version', '--silent');
    }
    npm('run', '--silent', 'build');
    const folder = join('dist', 'release');
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    npm('run', '--silent', 'pack', '--', '--silent', '--pack-destination', folder);
    for (const name of ['rr', 'rr.exe'].filter((file) => existsSync(join('dist', file)))) {
      const packed = `rr-${version}-${process.platform}-${process.arch}${name.slice(2)}.gz`;
      writeFileSync(join(folder, packed), gzipSync(readFileSync(join('dist', name)), { level: 9 }));
    }
    const sums = readdirSync(folder)
      .sort()
      .map(
        (name) =>
          `${createHash('sha256')
            .update(readFileSync(join(folder, name)))
            .digest('hex')}  ${name}\n`,
      );
    writeFileSync(join(folder, 'SHA256SUMS'), sums.join(''));
    if (commit) {
      git('commit', '--quiet', '-m', `Release ${version}`, '--', ...CHANGED);
      git('tag', '-a', tag, '-m', `Release ${version}`);
    }
    console.log(sums.join('').trimEnd());
    console.log(
      `dist/release has the files. ${commit ? `Next: git push --follow-tags, and publish them with ${tag}` : ''}`,
    );
  } catch (error) {
    if (commit) git('checkout', '--quiet', 'HEAD', '--', ...CHANGED);
    throw error;
  }
}

if (import.meta.main) {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { 'no-commit': { type: 'boolean', default: false } },
  });
  const [version = ''] = positionals;
  if (!partsOf(version)) {
    console.error('usage: npm run release -- VERSION [--no-commit], a version such as 0.2.0');
    process.exit(2);
  }
  try {
    release(version, !values['no-commit']);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    console.error(`release: ${error.message}`);
    process.exit(2);
  }
}
