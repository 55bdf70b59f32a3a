/** A release of a small repository that builds and packs as this one does: files, checksums, commit and tag, or nothing. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isLater, released } from '../../scripts/release.ts';
import { temporaryFolder } from '../io/folder.ts';
import { REPO_ROOT, run } from '../run.ts';

const folder = temporaryFolder();

/** A repository whose build runs `build`. */
function repository(
  name: string,
  build: string,
): { readonly path: string; readonly git: (...args: string[]) => string } {
  const path = join(folder, name);
  mkdirSync(path);
  const identity = ['-c', 'user.name=test', '-c', 'user.email=test@example.org'];
  const git = (...args: string[]): string =>
    execFileSync('git', [...identity, ...args], { cwd: path, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  const scripts = { build, pack: 'npm pack' };
  const manifest = { name: 'ringrift-rr', version: '0.1.0', files: ['index.js'], scripts };
  writeFileSync(join(path, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  writeFileSync(join(path, 'package-lock.json'), '{"name":"ringrift-rr","version":"0.1.0","lockfileVersion":3}\n');
  writeFileSync(join(path, 'CHANGELOG.md'), '# Changelog\n\n## Unreleased\n\n- Something.\n\n## 0.1.0\n\nFirst.\n');
  writeFileSync(join(path, 'index.js'), '');
  writeFileSync(join(path, '.gitignore'), 'dist/\n');
  git('init', '--quiet', '--initial-branch', 'main');
  git('config', 'user.name', 'test');
  git('config', 'user.email', 'test@example.org');
  git('add', '.');
  git('commit', '--quiet', '-m', 'start');
  return { path, git };
}

const release = (cwd: string, ...args: string[]) =>
  run(process.execPath, [join(REPO_ROOT, 'scripts', 'release.ts'), ...args], { cwd });

const BUILD = 'mkdir -p dist && echo program > dist/rr';

it('knows which version is later, and what a release makes of the changelog', () => {
  expect(isLater('0.2.0', '0.1.9')).toBe(true);
  expect(isLater('0.10.0', '0.9.0')).toBe(true);
  expect(isLater('0.1.0', '0.1.0')).toBe(false);
  expect(isLater('0.2', '0.1.0')).toBe(false);
  const before = '# Changelog\n\n## Unreleased\n\n- New.\n\n## 0.1.0\n';
  const after = '# Changelog\n\n## Unreleased\n\n## 0.2.0 (2026-12-01)\n\n- New.\n\n## 0.1.0\n';
  expect(released(before, '0.2.0', '2026-12-01')).toBe(after);
  expect(released(after, '0.3.0', '2026-12-02')).toBeUndefined();
  expect(released(readFileSync(join(REPO_ROOT, 'CHANGELOG.md'), 'utf8'), '9.0.0', '')).toContain('\n## 9.0.0 ()\n\n- ');
});

describe('npm run release', () => {
  it('makes packages with their checksums, a commit and a tag', async () => {
    const { path, git } = repository('good', BUILD);
    expect(await release(path, '0.2.0')).toMatchObject({ status: 0 });
    expect(JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'))).toMatchObject({ version: '0.2.0' });
    expect(JSON.parse(readFileSync(join(path, 'package-lock.json'), 'utf8'))).toMatchObject({ version: '0.2.0' });
    const executable = `rr-0.2.0-${process.platform}-${process.arch}.gz`;
    const files = join(path, 'dist', 'release');
    expect(readdirSync(files).sort()).toEqual(['SHA256SUMS', 'ringrift-rr-0.2.0.tgz', executable]);
    for (const line of readFileSync(join(files, 'SHA256SUMS'), 'utf8').trim().split('\n')) {
      const [sum, name = ''] = line.split('  ');
      expect(
        createHash('sha256')
          .update(readFileSync(join(files, name)))
          .digest('hex'),
      ).toBe(sum);
    }
    expect(git('log', '-1', '--format=%s %D').trim()).toBe('Release 0.2.0 HEAD -> main, tag: v0.2.0');
    expect(git('status', '--porcelain')).toBe('');
    expect((await release(path, '0.2.0', '--no-commit')).status).toBe(0);
    expect((await release(path, '0.2.0')).stderr).toContain('0.2.0 is no version above 0.2.0');
    expect((await release(path, '0.3.0')).stderr).toContain('nothing under Unreleased');
    expect(git('status', '--porcelain')).toBe('');
    expect((await release(path, 'new')).status).toBe(2);
  });

  it('leaves everything as it was when the build fails', async () => {
    const { path, git } = repository('bad', 'false');
    const before = git('rev-parse', 'HEAD');
    expect((await release(path, '0.2.0')).status).toBe(1);
    expect([git('rev-parse', 'HEAD'), git('status', '--porcelain'), git('tag')]).toEqual([before, '', '']);
    writeFileSync(join(path, 'index.js'), 'changed');
    expect((await release(path, '0.2.0')).stderr).toContain('changes that no commit has');
  });
});
