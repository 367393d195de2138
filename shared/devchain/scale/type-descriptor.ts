/** The primitive types of the portable registry, in the order of their wire index. */
export const primitiveNames = [
  'bool',
  'char',
  'str',
  'u8',
  'u16',
  'u32',
  'u64',
  'u128',
  'u256',
  'i8',
  'i16',
  'i32',
  'i64',
  'i128',
  'i256',
] as const

export type PrimitiveName = (typeof primitiveNames)[number]

export interface FieldDescriptor {
  readonly name?: string
  readonly type: TypeDescriptor
}

export interface VariantDescriptor {
  readonly name: string
  readonly index: number
  readonly fields: readonly FieldDescriptor[]
}

export interface TypeParameter {
  readonly name: string
  readonly type?: TypeDescriptor
}

export type TypeDefinition =
  | { readonly kind: 'composite'; readonly fields: readonly FieldDescriptor[] }
  | { readonly kind: 'variant'; readonly variants: readonly VariantDescriptor[] }
  | { readonly kind: 'sequence'; readonly type: TypeDescriptor }
  | { readonly kind: 'array'; readonly length: number; readonly type: TypeDescriptor }
  | { readonly kind: 'tuple'; readonly types: readonly TypeDescriptor[] }
  | { readonly kind: 'primitive'; readonly name: PrimitiveName }
  | { readonly kind: 'compact'; readonly type: TypeDescriptor }
  /** A type that the runtime completes later (its calls, events and errors): how recursion is written down. */
  | { readonly kind: 'named'; readonly name: string }

/** What a codec says of its type, in the words of scale-info; the metadata's registry is built from these. */
export interface TypeDescriptor {
  readonly path?: readonly string[]
  readonly params?: readonly TypeParameter[]
  readonly def: TypeDefinition
}

/** Splits a Rust path (`sp_runtime::multiaddress::MultiAddress`) as the registry keeps it. */
export function typePath(path: string): readonly string[] {
  return path === '' ? [] : path.split('::')
}
