/** The native libraries: do they load, how old are they, and what can they compute on. */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { isSea } from 'node:sea';
import { execa } from 'execa';
import { hasNvidiaCard } from '../io/machine.ts';
import { PACKAGE_ROOT } from '../io/package-root.ts';
import { type Finding, type Purpose, reasonOf } from './check.ts';

const REINSTALL = isSea() ? 'delete the unpacked folder and start rr again' : 'npm ci';

export async function libraryFindings(): Promise<Finding[]> {
  return [await sqlite(), ...(await onnxruntime())];
}

async function sqlite(): Promise<Finding> {
  const neededFor: Purpose[] = ['play', 'selfplay', 'train'];
  try {
    const { assertSqliteVersion, MIN_SQLITE } = await import('../io/sqlite/sqlite.ts');
    const { default: Database } = await import('better-sqlite3');
    const db = new Database(':memory:');
    const version = String(db.prepare('SELECT sqlite_version()').pluck().get());
    db.close();
    assertSqliteVersion();
    const least = MIN_SQLITE.join('.');
    return { check: 'sqlite', status: 'ok', found: `SQLite ${version} (${least} or newer is needed)` };
  } catch (error) {
    return { check: 'sqlite', status: 'broken', found: reasonOf(error), fix: REINSTALL, neededFor };
  }
}

async function onnxruntime(): Promise<Finding[]> {
  const neededFor: Purpose[] = ['train', 'gpu'];
  try {
    const ort = await import('onnxruntime-node');
    const bundled = ort
      .listSupportedBackends()
      .filter((backend) => backend.bundled)
      .map(({ name }) => name);
    const version = `onnxruntime ${ort.env.versions.node ?? ort.env.versions.common}`;
    const found = `${version}, providers inside: ${bundled.join(', ')}`;
    const webgpu = await graphics('webgpu');
    // Either of the two serves.
    const cuda = await graphics('cuda', webgpu.status === 'ok' ? [] : ['gpu']);
    return [{ check: 'onnxruntime', status: 'ok', found }, await cpu(), cuda, webgpu];
  } catch (error) {
    return [{ check: 'onnxruntime', status: 'broken', found: reasonOf(error), fix: REINSTALL, neededFor }];
  }
}

/** y = x + 1, run on the provider. @throws whatever the runtime says. */
export async function tryProvider(provider: 'cpu' | 'cuda' | 'webgpu'): Promise<void> {
  const { GraphBuilder } = await import('../net/onnx/builder.ts');
  const { runtimeOptions } = await import('../net/session/session.ts');
  const ort = await import('onnxruntime-node');
  const graph = new GraphBuilder();
  const x = graph.input('x', 'float32', [4]);
  graph.output('y', graph.op('Add', [x, graph.scalar(1)], {}, { shape: [4], type: 'float32' }));
  const session = await ort.InferenceSession.create(graph.build({}), runtimeOptions(1, provider));
  const { y } = await session.run({ x: new ort.Tensor('float32', Float32Array.of(1, 2, 3, 4), [4]) });
  await session.release();
  if (String(y?.data) !== '2,3,4,5') throw new Error(`computes ${String(y?.data)} instead of 2,3,4,5`);
}

async function cpu(): Promise<Finding> {
  try {
    await tryProvider('cpu');
    return { check: 'provider cpu', status: 'ok', found: 'computes' };
  } catch (error) {
    const neededFor: Purpose[] = ['train', 'gpu'];
    return { check: 'provider cpu', status: 'broken', found: reasonOf(error), fix: REINSTALL, neededFor };
  }
}

/** Longest that a driver may take to answer, milliseconds. */
const PROBE_MS = 30_000;

/** In a process of its own: a driver that does not fit may end the process it is loaded into. */
async function graphics(provider: 'cuda' | 'webgpu', neededFor: readonly Purpose[] = []): Promise<Finding> {
  const check = `provider ${provider}`;
  const failure = await probe(provider);
  if (failure === undefined) return { check, status: 'ok', found: 'computes' };
  const fix = provider === 'cuda' ? addCuda() : 'a Vulkan driver for the graphics card (vulkaninfo shows it)';
  const card = provider === 'cuda' && hasNvidiaCard() ? 'there is an NVIDIA card, but: ' : '';
  return { check, status: 'broken', found: `${card}${spokenReason(failure)}`, fix, neededFor };
}

/** The runtime's messages begin with a source file, a function and a condition. */
const spokenReason = (message: string): string =>
  message
    .replace(/^.* was false\. /, '')
    .replace(/ \(this is a bug in rr.*$/, '')
    .trim();

/** Undefined when it computes, else why not. */
async function probe(provider: string): Promise<string | undefined> {
  const own = isSea() ? [] : [process.argv[1] ?? ''];
  const { failed, exitCode, signal, stderr, cause } = await execa(
    process.execPath,
    [...own, 'doctor', '--probe', provider],
    { stdin: 'ignore', stdout: 'ignore', timeout: PROBE_MS, killSignal: 'SIGKILL', reject: false },
  );
  if (!failed) return undefined;
  if (signal !== undefined) return `its library ended the process (${signal})`;
  if (exitCode === undefined) return reasonOf(cause);
  const said = stderr.split('\n').map((text) => text.replace(/^rr doctor: /, '').trim());
  return said.findLast((text) => text !== '') ?? `status ${exitCode}`;
}

/** The command that puts the CUDA libraries of this very version of the runtime where it looks for them. */
function addCuda(): string {
  if (!isSea()) return 'ONNXRUNTIME_NODE_INSTALL=cuda12 npm rebuild --ignore-scripts=false onnxruntime-node';
  const require = createRequire(join(PACKAGE_ROOT, 'package.json'));
  const folder = join(
    dirname(require.resolve('onnxruntime-node/package.json')),
    'bin',
    'napi-v6',
    process.platform,
    process.arch,
  );
  const version: unknown = require('onnxruntime-node/package.json').version;
  return (
    `d=$(mktemp -d) && npm install --prefix $d --onnxruntime-node-install=cuda12 onnxruntime-node@${String(version)} && ` +
    `cp $d/node_modules/onnxruntime-node/bin/napi-v6/linux/x64/libonnxruntime_providers_*.so ${folder}`
  );
}
