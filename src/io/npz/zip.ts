/**
 * The bytes of a ZIP archive, entry by entry, for data that is made while it is written (PKWARE APPNOTE 6.3.10, the
 * sections named below). Every piece is deflated by itself and ends at a byte boundary (a sync flush, RFC 1951 §3.2.4), so
 * that pieces joined are one stream.
 *
 * On this thread and not on one of zlib's: there a piece arrives with cold caches and takes half as much again, and the
 * other core usually plays the games that are exported here.
 *
 * Why no library: yazl, which can read streams, computes its checksum in JavaScript, a third of the work on feature planes.
 */
import { constants, crc32, deflateRawSync } from 'node:zlib';

export interface ZipEntry {
  readonly name: string;
  /** Bytes before compression, if known beforehand; from 2 GiB on, and when unknown, the entry takes the ZIP64 form. */
  readonly size?: number;
  /** Makes the contents. The memory of a piece may be used again for the next one. */
  pieces(): Iterable<Uint8Array>;
}

/** Has to be announced before the data, whose size is not known yet after compression; well below 4 GiB we do not bother readers with it. */
const ZIP64_FROM = 2 ** 31;

/** 45 = ZIP64, 20 = deflate (4.4.3). */
const version = (zip64: boolean): number => (zip64 ? 45 : 20);
/** Names are UTF-8; checksum and sizes follow the data (4.4.4). */
const FLAGS = (1 << 11) | (1 << 3);
/** 1 January 1980, the earliest there is and what NumPy writes: equal contents make equal files (4.4.6). */
const DATE = (1 << 5) | 1;
const UNIX_MADE = (3 << 8) | 63;
/** Stands for a field that the ZIP64 form holds. */
const ELSEWHERE = 0xffffffff;

/** An empty last block with fixed codes. */
const END_OF_DEFLATE = Buffer.of(3, 0);

interface Written {
  readonly name: Buffer;
  readonly method: number;
  readonly zip64: boolean;
  readonly offset: number;
  readonly crc: number;
  readonly packed: number;
  readonly size: number;
}

/** `level` is that of deflate, 0–9; 0 stores. */
export function* zipBytes(entries: Iterable<ZipEntry>, level: number): Generator<Uint8Array> {
  const written: Written[] = [];
  const options = { level, finishFlush: constants.Z_SYNC_FLUSH };
  let offset = 0;
  for (const { name: text, size: expected, pieces } of entries) {
    const name = Buffer.from(text);
    const method = level === 0 ? 0 : 8;
    const zip64 = expected === undefined || expected >= ZIP64_FROM;
    const start = offset;
    const header = localHeader(name, method, zip64);
    yield header;
    offset += header.length;
    let crc = 0;
    let size = 0;
    let packed = 0;
    for (const piece of pieces()) {
      crc = crc32(piece, crc);
      size += piece.length;
      const bytes = level === 0 ? Buffer.from(piece) : deflateRawSync(piece, options);
      packed += bytes.length;
      yield bytes;
    }
    if (level > 0) {
      yield END_OF_DEFLATE;
      packed += END_OF_DEFLATE.length;
    }
    if (expected !== undefined && expected !== size) throw new Error(`${text} has ${size} bytes, not ${expected}`);
    written.push({ name, method, zip64, offset: start, crc, packed, size });
    const descriptor = dataDescriptor(crc, packed, size, zip64);
    yield descriptor;
    offset += packed + descriptor.length;
  }
  const directory = Buffer.concat(written.map(directoryRecord));
  yield directory;
  yield endOfDirectory(written.length, offset, directory.length);
}

/** Local file header (4.3.7), with sizes to follow. */
function localHeader(name: Buffer, method: number, zip64: boolean): Buffer {
  const fixed = Buffer.alloc(30);
  fixed.writeUInt32LE(0x04034b50, 0);
  fixed.writeUInt16LE(version(zip64), 4);
  fixed.writeUInt16LE(FLAGS, 6);
  fixed.writeUInt16LE(method, 8);
  fixed.writeUInt16LE(DATE, 12);
  if (zip64) fixed.fill(0xff, 18, 26);
  fixed.writeUInt16LE(name.length, 26);
  const extra = zip64 ? zip64Field([0, 0]) : Buffer.alloc(0);
  fixed.writeUInt16LE(extra.length, 28);
  return Buffer.concat([fixed, name, extra]);
}

/** Data descriptor (4.3.9); its sizes have eight bytes in the ZIP64 form. */
function dataDescriptor(crc: number, packed: number, size: number, zip64: boolean): Buffer {
  const descriptor = Buffer.alloc(zip64 ? 24 : 16);
  descriptor.writeUInt32LE(0x08074b50, 0);
  descriptor.writeUInt32LE(crc, 4);
  if (zip64) {
    descriptor.writeBigUInt64LE(BigInt(packed), 8);
    descriptor.writeBigUInt64LE(BigInt(size), 16);
  } else {
    descriptor.writeUInt32LE(packed, 8);
    descriptor.writeUInt32LE(size, 12);
  }
  return descriptor;
}

/** Central directory header (4.3.12). */
function directoryRecord({ name, method, zip64, offset, crc, packed, size }: Written): Buffer {
  const large = zip64 || offset >= ELSEWHERE;
  const extra = large ? zip64Field([size, packed, offset]) : Buffer.alloc(0);
  const fixed = Buffer.alloc(46);
  fixed.writeUInt32LE(0x02014b50, 0);
  fixed.writeUInt16LE(UNIX_MADE, 4);
  fixed.writeUInt16LE(version(large), 6);
  fixed.writeUInt16LE(FLAGS, 8);
  fixed.writeUInt16LE(method, 10);
  fixed.writeUInt16LE(DATE, 14);
  fixed.writeUInt32LE(crc, 16);
  fixed.writeUInt32LE(large ? ELSEWHERE : packed, 20);
  fixed.writeUInt32LE(large ? ELSEWHERE : size, 24);
  fixed.writeUInt16LE(name.length, 28);
  fixed.writeUInt16LE(extra.length, 30);
  // a plain file that its owner may write and all may read
  fixed.writeUInt32LE((0o100644 << 16) >>> 0, 38);
  fixed.writeUInt32LE(large ? ELSEWHERE : offset, 42);
  return Buffer.concat([fixed, name, extra]);
}

/** ZIP64 extended information (4.5.3). */
function zip64Field(values: readonly number[]): Buffer {
  const field = Buffer.alloc(4 + 8 * values.length);
  field.writeUInt16LE(1, 0);
  field.writeUInt16LE(8 * values.length, 2);
  values.forEach((value, i) => void field.writeBigUInt64LE(BigInt(value), 4 + 8 * i));
  return field;
}

/** End of central directory (4.3.16), behind its ZIP64 record and locator (4.3.14, 4.3.15) where it needs them. */
function endOfDirectory(entries: number, offset: number, bytes: number): Buffer {
  const large = offset >= ELSEWHERE || entries >= 0xffff;
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(large ? 0xffff : entries, 8);
  end.writeUInt16LE(large ? 0xffff : entries, 10);
  end.writeUInt32LE(large ? ELSEWHERE : bytes, 12);
  end.writeUInt32LE(large ? ELSEWHERE : offset, 16);
  if (!large) return end;
  const record = Buffer.alloc(56 + 20);
  record.writeUInt32LE(0x06064b50, 0);
  record.writeBigUInt64LE(56n - 12n, 4);
  record.writeUInt16LE(UNIX_MADE, 12);
  record.writeUInt16LE(version(true), 14);
  record.writeBigUInt64LE(BigInt(entries), 24);
  record.writeBigUInt64LE(BigInt(entries), 32);
  record.writeBigUInt64LE(BigInt(bytes), 40);
  record.writeBigUInt64LE(BigInt(offset), 48);
  record.writeUInt32LE(0x07064b50, 56);
  record.writeBigUInt64LE(BigInt(offset + bytes), 64);
  record.writeUInt32LE(1, 72);
  return Buffer.concat([record, end]);
}
