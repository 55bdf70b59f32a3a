/** The machine: runtime, cores, memory, open files, temporary space, clock. */
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { isSea } from 'node:sea';
import { VERSION } from '../core/version.ts';
import { diskSpace, memory } from '../io/machine.ts';
import { temporaryFolder, temporaryPath } from '../io/temporary.ts';
import { type Finding, reasonOf, size } from './check.ts';

/** Oldest Node that runs the sources (bin/rr asks for the same). */
const NODE_MAJOR = 26;
/** Memory below which training on the small boards does not fit (a step at batch 128 takes 0.8 GB). */
const LOW_MEMORY = 2e9;
const LOW_TEMP = 1e9;
const LOW_FILES = 1024;
/** No clock that is right is before this. */
const EARLIEST = Date.UTC(2026, 0, 1);

export function systemFindings(): Finding[] {
  return [runtime(), cores(), usableMemory(), openFiles(), temporarySpace(), clock()];
}

function runtime(): Finding {
  const major = Number.parseInt(process.versions.node, 10);
  const form = isSea() ? 'executable' : 'sources or package';
  const found = `rr ${VERSION} (${form}), Node ${process.version}, ${process.platform} ${process.arch}`;
  if (major >= NODE_MAJOR) return { check: 'runtime', status: 'ok', found };
  return {
    check: 'runtime',
    status: 'broken',
    found,
    fix: `npm install node@${NODE_MAJOR}`,
    neededFor: ['play', 'selfplay', 'train', 'gpu', 'remote'],
  };
}

function cores(): Finding {
  const usable = availableParallelism();
  const model = cpus()[0]?.model.trim() ?? 'unknown';
  return { check: 'cores', status: 'ok', found: `${usable} usable of ${cpus().length}, ${model}` };
}

function usableMemory(): Finding {
  const { total, free } = memory();
  const found = `${size(total)}, ${size(free)} free`;
  if (total >= LOW_MEMORY) return { check: 'memory', status: 'ok', found };
  return {
    check: 'memory',
    status: 'note',
    found,
    fix: `training wants ${size(LOW_MEMORY)}; use a smaller --batch`,
  };
}

function openFiles(): Finding {
  const limit = openFileLimit();
  if (limit === undefined) return { check: 'open files', status: 'ok', found: 'limit not known here' };
  const found = `up to ${limit}`;
  return limit >= LOW_FILES
    ? { check: 'open files', status: 'ok', found }
    : { check: 'open files', status: 'note', found, fix: `ulimit -n ${LOW_FILES}` };
}

function openFileLimit(): number | undefined {
  try {
    const line = readFileSync('/proc/self/limits', 'utf8').match(/^Max open files\s+(\S+)/m);
    return line?.[1] === 'unlimited' ? Number.POSITIVE_INFINITY : Number(line?.[1] ?? Number.NaN) || undefined;
  } catch {
    return undefined;
  }
}

function temporarySpace(): Finding {
  const folder = tmpdir();
  const neededFor = ['selfplay', 'train'] as const;
  try {
    const own = temporaryFolder('doctor');
    rmSync(own, { recursive: true });
    const { free } = diskSpace(folder);
    const found = `${folder}, ${size(free)} free`;
    if (free >= LOW_TEMP) return { check: 'temporary space', status: 'ok', found };
    return { check: 'temporary space', status: 'note', found, fix: 'TMPDIR=/some/larger/folder rr …' };
  } catch (error) {
    const found = `${folder}: ${reasonOf(error)}`;
    return { check: 'temporary space', status: 'broken', found, fix: 'TMPDIR=/a/folder/to/write/in rr …', neededFor };
  }
}

function clock(): Finding {
  const now = Date.now();
  const found = new Date(now).toISOString();
  if (now >= EARLIEST) return { check: 'clock', status: 'ok', found };
  return {
    check: 'clock',
    status: 'broken',
    found: `${found}: before rr was made`,
    fix: 'set the clock: leases between machines compare times',
    neededFor: ['selfplay', 'train', 'remote'],
  };
}

/** Seconds by which a file system's clock is ahead of ours: other machines judge leases on it by theirs. */
export function fileClockSkew(folder: string): number {
  const file = temporaryPath(join(folder, 'clock'));
  try {
    const before = Date.now();
    writeFileSync(file, '');
    return (statSync(file).mtimeMs - before) / 1000;
  } finally {
    rmSync(file, { force: true });
  }
}
