import { align, type GgufTensor, type GgufValue, ggufType, ggufVersion } from './gguf-format.ts'

/** The pieces of a GGUF file in their order: header with metadata and table of tensors, then the fp32 elements of each, padded. */
export function encodeGguf(metadata: ReadonlyMap<string, GgufValue>, tensors: readonly GgufTensor[]): Uint8Array[] {
  const parts: Uint8Array[] = [Buffer.from('GGUF'), uint32(ggufVersion), uint64(tensors.length), uint64(metadata.size)]
  for (const [key, value] of metadata) parts.push(text(key), ...encodeValue(value))
  let offset = 0
  for (const { name, dims, data } of tensors) {
    parts.push(text(name), uint32(dims.length), ...dims.map(uint64), uint32(0), uint64(offset))
    offset = align(offset + data.byteLength)
  }
  const header = Buffer.concat(parts)
  const pieces: Uint8Array[] = [header, new Uint8Array(align(header.length) - header.length)]
  for (const { data } of tensors)
    pieces.push(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), new Uint8Array(align(data.byteLength) - data.byteLength))
  return pieces
}

function encodeValue(value: GgufValue): Uint8Array[] {
  switch (value.type) {
    case 'uint32':
      return [uint32(ggufType.uint32), uint32(value.value)]
    case 'float32':
      return [uint32(ggufType.float32), float32(value.value)]
    case 'bool':
      return [uint32(ggufType.bool), Uint8Array.of(value.value ? 1 : 0)]
    case 'string':
      return [uint32(ggufType.string), text(value.value)]
    case 'strings':
      return [uint32(ggufType.array), uint32(ggufType.string), uint64(value.value.length), ...value.value.map(text)]
    case 'int32s':
      return [uint32(ggufType.array), uint32(ggufType.int32), uint64(value.value.length), ...value.value.map(int32)]
  }
}

function uint32(value: number): Uint8Array {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}

function int32(value: number): Uint8Array {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32LE(value)
  return bytes
}

function float32(value: number): Uint8Array {
  const bytes = Buffer.alloc(4)
  bytes.writeFloatLE(value)
  return bytes
}

function uint64(value: number): Uint8Array {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64LE(BigInt(value))
  return bytes
}

function text(value: string): Uint8Array {
  const bytes = Buffer.from(value)
  return Buffer.concat([uint64(bytes.length), bytes])
}
