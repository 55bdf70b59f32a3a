/** The part of ONNX's protobuf schema (onnx.proto, IR version 8) that rr writes and reads; field numbers are ONNX's. */
import type { Decoded, Encodable, Message } from './message.ts';

const define = <const M extends Message>(message: M): M => message;

const STRING_ENTRY = define({ key: { no: 1, type: 'string' }, value: { no: 2, type: 'string' } });

const TENSOR = define({
  dims: { no: 1, type: 'int', repeated: true },
  dataType: { no: 2, type: 'int' },
  floatData: { no: 4, type: 'float', repeated: true },
  int32Data: { no: 5, type: 'int', repeated: true },
  int64Data: { no: 7, type: 'int', repeated: true },
  name: { no: 8, type: 'string' },
  rawData: { no: 9, type: 'bytes' },
  externalData: { no: 13, type: STRING_ENTRY, repeated: true },
  dataLocation: { no: 14, type: 'int' },
});

const ATTRIBUTE = define({
  name: { no: 1, type: 'string' },
  f: { no: 2, type: 'float' },
  i: { no: 3, type: 'int' },
  s: { no: 4, type: 'bytes' },
  t: { no: 5, type: TENSOR },
  // A nested graph (If, Loop, Scan) is kept as bytes: its presence is enough to refuse the model.
  g: { no: 6, type: 'bytes' },
  floats: { no: 7, type: 'float', repeated: true },
  ints: { no: 8, type: 'int', repeated: true },
  graphs: { no: 11, type: 'bytes', repeated: true },
  type: { no: 20, type: 'int' },
});

const NODE = define({
  input: { no: 1, type: 'string', repeated: true },
  output: { no: 2, type: 'string', repeated: true },
  name: { no: 3, type: 'string' },
  opType: { no: 4, type: 'string' },
  attribute: { no: 5, type: ATTRIBUTE, repeated: true },
  domain: { no: 7, type: 'string' },
});

const DIMENSION = define({ value: { no: 1, type: 'int' }, param: { no: 2, type: 'string' } });
const SHAPE = define({ dim: { no: 1, type: DIMENSION, repeated: true } });
const TENSOR_TYPE = define({ elemType: { no: 1, type: 'int' }, shape: { no: 2, type: SHAPE } });
const TYPE = define({ tensorType: { no: 1, type: TENSOR_TYPE } });
const VALUE_INFO = define({ name: { no: 1, type: 'string' }, type: { no: 2, type: TYPE } });

const GRAPH = define({
  node: { no: 1, type: NODE, repeated: true },
  name: { no: 2, type: 'string' },
  initializer: { no: 5, type: TENSOR, repeated: true },
  docString: { no: 10, type: 'string' },
  input: { no: 11, type: VALUE_INFO, repeated: true },
  output: { no: 12, type: VALUE_INFO, repeated: true },
  valueInfo: { no: 13, type: VALUE_INFO, repeated: true },
  sparseInitializer: { no: 15, type: 'bytes', repeated: true },
});

const OPSET = define({ domain: { no: 1, type: 'string' }, version: { no: 2, type: 'int' } });

/** ModelProto, the root of an .onnx file. */
export const MODEL = define({
  irVersion: { no: 1, type: 'int' },
  producerName: { no: 2, type: 'string' },
  producerVersion: { no: 3, type: 'string' },
  docString: { no: 6, type: 'string' },
  graph: { no: 7, type: GRAPH },
  opsetImport: { no: 8, type: OPSET, repeated: true },
  metadataProps: { no: 14, type: STRING_ENTRY, repeated: true },
  functions: { no: 25, type: 'bytes', repeated: true },
});

export type OnnxModel = Decoded<typeof MODEL>;
export type OnnxTensor = Decoded<typeof TENSOR>;
export type WritableModel = Encodable<typeof MODEL>;
export type WritableTensor = Encodable<typeof TENSOR>;
export type WritableNode = Encodable<typeof NODE>;
export type WritableAttribute = Encodable<typeof ATTRIBUTE>;
export type WritableValueInfo = Encodable<typeof VALUE_INFO>;

/** TensorProto.DataType numbers of the element types rr uses. */
export const DATA_TYPES = {
  float32: 1,
  uint8: 2,
  int8: 3,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
} as const;
export type ElementType = keyof typeof DATA_TYPES;

/** AttributeProto.AttributeType numbers. */
export const ATTRIBUTE_TYPES = { float: 1, int: 2, string: 3, tensor: 4, floats: 6, ints: 7 } as const;
