/** What a program told on stdout has to be in the files, whatever became of it. */
import { basename } from 'node:path';
import { contents, filesOf, missingFrom } from './contents.ts';

/**
 * Problems of what is left after a kill or a power cut. A stream that ended with its summary told of everything; before that
 * each record told of its own subject. @param whole contents() after a run that nothing happened to
 */
export async function lossesIn(folder: string, stdout: string, whole: readonly string[]): Promise<string[]> {
  try {
    const found = await contents(folder);
    if (isComplete(stdout)) return differences('told and lost', whole, found);
    const files = filesOf(folder).map((name) => basename(name));
    return stdout
      .split('\n')
      .slice(0, -1)
      .map((line): Told => JSON.parse(line))
      .flatMap((record) => lossesOf(record, found, files));
  } catch (error) {
    return [`does not open: ${String(error)}`];
  }
}

interface Told {
  readonly type: string;
  readonly ids?: readonly string[];
  readonly path?: string;
  readonly promoted?: boolean;
}

function lossesOf(
  { type, ids = [], path, promoted }: Told,
  found: readonly string[],
  files: readonly string[],
): string[] {
  if (type === 'stored') {
    const lost = ids.filter((id) => !found.some((line) => line.includes(`game ${id} `)));
    return lost.map((id) => `stored and lost: ${id}`);
  }
  if (type === 'promotion' && promoted && !found.some((line) => line.includes('audit hex8_2p production'))) {
    return ['promoted and lost'];
  }
  const isFile = path !== undefined && /\.(npz|onnx)$/.test(path);
  return isFile && !files.includes(basename(path)) ? [`told and lost: ${path}`] : [];
}

/** Whether a stream ends with its summary. */
function isComplete(stdout: string): boolean {
  const last = stdout.slice(0, stdout.lastIndexOf('\n')).split('\n').at(-1) ?? '';
  return last.startsWith('{"type":"summary"');
}

export function differences(when: string, wanted: readonly string[], found: readonly string[]): string[] {
  const [missing, more] = [missingFrom(wanted, found), missingFrom(found, wanted)];
  return [
    ...(missing.length > 0 ? [`${when}: missing ${missing.slice(0, 4).join('; ')}`] : []),
    ...(more.length > 0 ? [`${when}: too much ${more.slice(0, 4).join('; ')}`] : []),
  ];
}
