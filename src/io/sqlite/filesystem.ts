/**
 * WAL needs shared memory and locks that all processes see, which network file systems do not give
 * (sqlite.org/wal.html): a database there looks fine until it is corrupt. So it is refused at the door.
 */
import { readFileSync, statfsSync } from 'node:fs';
import { resolve } from 'node:path';
import { RrError } from '../../core/errors.ts';

/** `statfs` type numbers, from Linux' magic.h and the vendors' headers. */
const NETWORK_MAGIC: ReadonlyMap<number, string> = new Map([
  [0x6969, 'NFS'],
  [0x517b, 'SMB'],
  [0xff534d42, 'CIFS'],
  [0xfe534d42, 'SMB2'],
  [0x0bd00bd0, 'Lustre'],
  [0x00c36400, 'Ceph'],
  [0x5346414f, 'AFS'],
  [0x6b414653, 'AFS'],
  [0x73757245, 'Coda'],
  [0x47504653, 'GPFS'],
  [0x19830326, 'BeeGFS'],
  [0x013111a8, 'IBRIX'],
  [0xaad7aaea, 'PanFS'],
]);
const FUSE_MAGIC = 0x65735546;
/** FUSE mounts whose files are on another machine. */
const REMOTE_FUSE =
  /^fuse\.(sshfs|rclone|s3fs|s3ql|gcsfuse|goofys|mount-s3|blobfuse2?|glusterfs|ceph|ceph-fuse|juicefs|mfs|moosefs|curlftpfs|davfs2?|beegfs|seaweedfs|weed|cvmfs2|onedriver|google-drive-ocamlfuse)$/;

/** Name of the network file system, or undefined for a local one. `mountType` only matters for FUSE. */
export function networkFileSystem(magic: number, mountType: string | undefined): string | undefined {
  const unsigned = magic >>> 0;
  if (unsigned === FUSE_MAGIC) return mountType !== undefined && REMOTE_FUSE.test(mountType) ? mountType : undefined;
  return NETWORK_MAGIC.get(unsigned);
}

/** @throws RrError DB_NETWORK_FS when `folder` (which exists) is on a network file system. */
export function refuseNetworkFileSystem(folder: string, path: string): void {
  if (process.platform !== 'linux') return;
  const { type } = statfsSync(folder);
  const kind = networkFileSystem(Number(type), mountTypeOf(folder, readMounts()));
  if (kind !== undefined) throw new RrError('DB_NETWORK_FS', { path, kind });
}

function readMounts(): string {
  try {
    return readFileSync('/proc/self/mountinfo', 'utf8');
  } catch {
    // without procfs FUSE mounts cannot be told apart; they are then taken for local
    return '';
  }
}

/** File system type of the mount that `folder` is on, from the text of `/proc/self/mountinfo` (proc(5)). */
export function mountTypeOf(folder: string, mountinfo: string): string | undefined {
  const path = resolve(folder);
  let best = -1;
  let type: string | undefined;
  for (const line of mountinfo.split('\n')) {
    const [left = '', right = ''] = line.split(' - ');
    const mount = left
      .split(' ')[4]
      ?.replace(/\\(\d{3})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 8)));
    if (mount === undefined) continue;
    const inside = path === mount || path.startsWith(mount.endsWith('/') ? mount : `${mount}/`);
    // later mounts on the same place hide earlier ones
    if (!inside || mount.length < best) continue;
    best = mount.length;
    type = right.split(' ')[0];
  }
  return type;
}
