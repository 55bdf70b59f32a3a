/**
 * A disk as a power cut leaves it: what a program did to a folder, recorded by inject.c, is done again in memory, and what
 * was not synced by then can be left out.
 *
 *     sync of a file     makes the bytes durable that it has at that moment
 *     sync of a folder   makes the names in it durable: created, renamed, removed
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** One recorded call. */
export interface Call {
  readonly word: string;
  /** Of a write; new length of a truncate. */
  readonly offset: number;
  /** Below the folder; of a rename or a link the old one. */
  readonly path: string;
  readonly to?: string;
  readonly bytes: Uint8Array;
}

/** What a power cut spares: what was synced; that and all names at once; everything, as when only the process dies. */
export type Spared = 'synced' | 'synced and names' | 'everything';

export function readLog(path: string): Call[] {
  const log = readFileSync(path);
  const calls: Call[] = [];
  for (let at = 0; at < log.length; ) {
    const end = log.indexOf('\n', at);
    const [head = '', to] = log.toString('utf8', at, end).split('\0');
    const [, word = '', offset, length, name = ''] = /^(\w+) (-?\d+) (\d+) (.*)$/s.exec(head) ?? [];
    const bytes = log.subarray(end + 1, end + 1 + Number(length));
    calls.push({ word, offset: Number(offset), path: name, ...(to !== undefined && { to }), bytes });
    at = end + 1 + Number(length);
  }
  return calls;
}

/** Calls that change no name. */
const CONTENT: ReadonlySet<string> = new Set(['sync', 'write', 'truncate']);

class FileNode {
  bytes = Buffer.alloc(0);
  synced = Buffer.alloc(0);

  write(offset: number, bytes: Uint8Array): void {
    const end = offset + bytes.length;
    if (end > this.bytes.length) this.bytes = Buffer.concat([this.bytes, Buffer.alloc(end - this.bytes.length)]);
    this.bytes.set(bytes, offset);
  }

  truncate(length: number): void {
    this.bytes = Buffer.concat([this.bytes.subarray(0, length), Buffer.alloc(Math.max(0, length - this.bytes.length))]);
  }

  sync(): void {
    this.synced = Buffer.from(this.bytes);
  }
}

class FolderNode {
  names = new Map<string, FileNode | FolderNode>();
  synced = new Map<string, FileNode | FolderNode>();

  sync(): void {
    this.synced = new Map(this.names);
  }
}

export class Disk {
  readonly #root: FolderNode;

  /** Everything that lies in `folder` is safe. */
  constructor(folder: string) {
    this.#root = load(folder);
  }

  /** Does a call again. Files that have lost their name are of no interest, nor is SQLite's shared memory. */
  apply({ word, offset, path, to, bytes }: Call): void {
    const parent = this.#find(dirname(path));
    const name = lastName(path);
    const node = path === '' ? this.#root : parent instanceof FolderNode ? parent.names.get(name) : undefined;
    if (word === 'sync') node?.sync();
    else if (node instanceof FileNode && word === 'write') node.write(offset, bytes);
    else if (node instanceof FileNode && word === 'truncate') node.truncate(offset);
    if (!(parent instanceof FolderNode) || CONTENT.has(word)) return;
    if (word === 'create') parent.names.set(name, new FileNode());
    else if (word === 'mkdir') parent.names.set(name, new FolderNode());
    else if (word !== 'link') parent.names.delete(name);
    if (to === undefined || node === undefined) return;
    const target = this.#find(dirname(to));
    if (target instanceof FolderNode) target.names.set(lastName(to), node);
  }

  /** What a file holds, as the program sees it. */
  text(path: string): string {
    const node = this.#find(path);
    return node instanceof FileNode ? node.bytes.toString() : '';
  }

  /** Writes what is left after a power cut into a folder. */
  writeTo(folder: string, spared: Spared): void {
    put(folder, this.#root, spared);
  }

  #find(path: string): FileNode | FolderNode | undefined {
    let node: FileNode | FolderNode | undefined = this.#root;
    for (const name of path.split('/')) {
      if (name === '' || name === '.') continue;
      node = node instanceof FolderNode ? node.names.get(name) : undefined;
    }
    return node;
  }
}

const lastName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

function load(folder: string): FolderNode {
  const node = new FolderNode();
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) node.names.set(entry.name, load(path));
    else {
      const file = new FileNode();
      file.write(0, readFileSync(path));
      file.sync();
      node.names.set(entry.name, file);
    }
  }
  node.sync();
  return node;
}

function put(path: string, node: FolderNode, spared: Spared): void {
  mkdirSync(path, { recursive: true });
  for (const [name, child] of spared === 'synced' ? node.synced : node.names) {
    if (child instanceof FolderNode) put(join(path, name), child, spared);
    else if (!name.endsWith('-shm'))
      writeFileSync(join(path, name), spared === 'everything' ? child.bytes : child.synced);
  }
}
