/**
 * Protobuf messages described as data: a schema names each field's number and type, and one encoder and one decoder
 * serve every message. Only what ONNX needs: varints, floats, strings, bytes, nested messages, repeated fields (packed
 * on writing, packed or not on reading). The wire format itself is @bufbuild/protobuf's.
 */
import { BinaryReader, BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { RrError } from '../../core/errors.ts';

type Scalar = 'int' | 'float' | 'string' | 'bytes';
interface Field {
  readonly no: number;
  readonly type: Scalar | Message;
  readonly repeated?: boolean;
}
export type Message = { readonly [name: string]: Field };

type TypeOf<T> = T extends 'int' | 'float'
  ? number
  : T extends 'string'
    ? string
    : T extends 'bytes'
      ? Uint8Array
      : T extends Message
        ? Decoded<T>
        : never;
/** The value of a message: repeated fields are arrays (empty when absent), single ones undefined when absent. */
export type Decoded<M extends Message> = {
  -readonly [K in keyof M as M[K] extends { repeated: true } ? K : never]: TypeOf<M[K]['type']>[];
} & {
  -readonly [K in keyof M as M[K] extends { repeated: true } ? never : K]?: TypeOf<M[K]['type']>;
};
/** What the encoder accepts: every field may be left out. */
export type Encodable<M extends Message> = {
  readonly [K in keyof M]?: M[K] extends { repeated: true }
    ? readonly EncodableType<M[K]['type']>[]
    : EncodableType<M[K]['type']>;
};
type EncodableType<T> = T extends Message ? Encodable<T> : TypeOf<T>;

const wireTypeOf = (type: Field['type']): WireType =>
  type === 'int' ? WireType.Varint : type === 'float' ? WireType.Bit32 : WireType.LengthDelimited;

function writeScalar(writer: BinaryWriter, type: Scalar, value: unknown): void {
  if (type === 'string' && typeof value === 'string') writer.string(value);
  else if (type === 'bytes' && value instanceof Uint8Array) writer.bytes(value);
  else if (type === 'float' && typeof value === 'number') writer.float(value);
  else if (type === 'int' && typeof value === 'number') writer.int64(value);
  else throw new TypeError(`a ${type} field got ${typeof value}`);
}

function writeMessage(writer: BinaryWriter, message: Message, value: { readonly [name: string]: unknown }): void {
  for (const [name, { no, type, repeated }] of Object.entries(message)) {
    const given = value[name];
    if (given === undefined) continue;
    const items: readonly unknown[] = repeated && Array.isArray(given) ? given : [given];
    if (items.length === 0) continue;
    if (typeof type === 'object') {
      for (const item of items) {
        writer.tag(no, WireType.LengthDelimited).fork();
        writeMessage(writer, type, Object(item));
        writer.join();
      }
    } else if (repeated && (type === 'int' || type === 'float')) {
      writer.tag(no, WireType.LengthDelimited).fork();
      for (const item of items) writeScalar(writer, type, item);
      writer.join();
    } else {
      for (const item of items) writeScalar(writer.tag(no, wireTypeOf(type)), type, item);
    }
  }
}

/** The bytes of a message. Fields are written in the order of the schema, so equal values give equal bytes. */
export function encodeMessage<M extends Message>(message: M, value: Encodable<M>): Uint8Array<ArrayBuffer> {
  const writer = new BinaryWriter();
  writeMessage(writer, message, value);
  return writer.finish();
}

function readInt(reader: BinaryReader): number {
  const value = Number(reader.int64());
  if (!Number.isSafeInteger(value)) throw new RangeError('an integer is larger than 2^53');
  return value;
}

function readScalar(reader: BinaryReader, type: Scalar): unknown {
  if (type === 'int') return readInt(reader);
  if (type === 'float') return reader.float();
  return type === 'string' ? reader.string() : reader.bytes();
}

function readMessage(reader: BinaryReader, message: Message, length: number): { [name: string]: unknown } {
  const byNumber = new Map(Object.entries(message).map(([name, field]) => [field.no, { name, ...field }]));
  const value: { [name: string]: unknown } = {};
  const lists = new Map<string, unknown[]>();
  for (const [name, field] of Object.entries(message)) {
    if (!field.repeated) continue;
    const list: unknown[] = [];
    lists.set(name, list);
    value[name] = list;
  }
  const end = reader.pos + length;
  while (reader.pos < end) {
    const [no, wireType] = reader.tag();
    const field = byNumber.get(no);
    if (!field) {
      reader.skip(wireType, no);
      continue;
    }
    const { type } = field;
    const list = lists.get(field.name);
    if (list && (type === 'int' || type === 'float') && wireType === WireType.LengthDelimited) {
      const packedEnd = reader.uint32() + reader.pos;
      if (packedEnd > end) throw new RangeError('a packed field runs past its message');
      while (reader.pos < packedEnd) list.push(readScalar(reader, type));
      continue;
    }
    if (wireType !== wireTypeOf(type)) throw new RangeError(`field '${field.name}' has wire type ${wireType}`);
    let item: unknown;
    if (typeof type === 'object') {
      const size = reader.uint32();
      if (reader.pos + size > end) throw new RangeError(`field '${field.name}' runs past its message`);
      item = readMessage(reader, type, size);
    } else item = readScalar(reader, type);
    if (list) list.push(item);
    else value[field.name] = item;
  }
  if (reader.pos !== end) throw new RangeError('a message is longer than it says');
  return value;
}

/**
 * Reads a message; unknown fields are skipped as protobuf prescribes.
 * @throws RrError MODEL_INVALID when the bytes are not that message.
 */
export function decodeMessage<M extends Message>(message: M, bytes: Uint8Array, where: string): Decoded<M> {
  try {
    const value = readMessage(new BinaryReader(bytes), message, bytes.length);
    // The reader fills exactly the fields the schema names with the types it names: this is the one untyped edge.
    return value as Decoded<M>;
  } catch (cause) {
    const detail = `not a readable ONNX file (${cause instanceof Error ? cause.message : String(cause)})`;
    throw new RrError('MODEL_INVALID', { where, detail }, { cause });
  }
}
