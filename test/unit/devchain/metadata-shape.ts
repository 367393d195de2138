/** Metadata as plain JSON (any of V14 to V16), and types as texts that can be compared across registries. */
export interface MetadataJson {
  readonly lookup: { readonly types: readonly { readonly id: number; readonly type: TypeJson }[] }
  readonly pallets: readonly PalletJson[]
  readonly apis: readonly ApiJson[]
  readonly extrinsic: Readonly<Record<string, unknown>>
}

interface TypeJson {
  readonly path: readonly string[]
  readonly def: {
    readonly composite?: { readonly fields: readonly FieldJson[] }
    readonly variant?: { readonly variants: readonly VariantJson[] }
    readonly sequence?: { readonly type: number }
    readonly array?: { readonly len: number; readonly type: number }
    readonly tuple?: readonly number[]
    readonly primitive?: string
    readonly compact?: { readonly type: number }
  }
}

interface FieldJson {
  readonly name: string | null
  readonly type: number
}

export interface VariantJson {
  readonly name: string
  readonly index: number
  readonly fields: readonly FieldJson[]
}

export interface PalletJson {
  readonly name: string
  readonly index: number
  readonly storage: { readonly prefix: string; readonly items?: readonly ItemJson[]; readonly entries?: readonly ItemJson[] } | null
  readonly calls: { readonly type: number } | null
  readonly events: { readonly type: number } | null
  readonly errors: { readonly type: number } | null
  readonly constants: readonly { readonly name: string; readonly type: number; readonly value: string }[]
}

export interface ItemJson {
  readonly name: string
  readonly modifier: string
  readonly type: {
    readonly plain?: number
    readonly map?: { readonly hashers: readonly string[]; readonly key: number; readonly value: number }
  }
  readonly fallback: string
}

export interface ApiJson {
  readonly name: string
  readonly methods: readonly {
    readonly name: string
    readonly inputs: readonly { readonly name: string; readonly type: number }[]
    readonly output: number
  }[]
}

// Every runtime has its own set of pallets, so these are compared by name only.
const outerTypes = new Set(['RuntimeCall', 'RuntimeEvent', 'RuntimeError', 'OriginCaller', 'UncheckedExtrinsic'])

/** Reads one registry. */
export class TypeShapes {
  private readonly types: ReadonlyMap<number, TypeJson>

  constructor(metadata: MetadataJson) {
    this.types = new Map(metadata.lookup.types.map(({ id, type }) => [id, type]))
  }

  /** A type written out to its primitives, paths and field names included. */
  shape(id: number): string {
    const type = this.types.get(id)
    if (type === undefined) return `?${id}`
    const path = type.path.join('::')
    if (outerTypes.has(type.path.at(-1) ?? '')) return path
    const { def } = type
    const named = (text: string) => (path === '' ? text : `${path} ${text}`)
    if (def.composite !== undefined) return named(`{${this.fields(def.composite.fields)}}`)
    if (def.variant !== undefined)
      return named(
        `<${def.variant.variants
          .map(one => this.variant(one))
          .sort()
          .join(' | ')}>`,
      )
    if (def.sequence !== undefined) return named(`Vec<${this.shape(def.sequence.type)}>`)
    if (def.array !== undefined) return named(`[${this.shape(def.array.type)}; ${def.array.len}]`)
    if (def.tuple !== undefined) return named(`(${def.tuple.map(one => this.shape(one)).join(', ')})`)
    if (def.compact !== undefined) return named(`Compact<${this.shape(def.compact.type)}>`)
    return named(String(def.primitive).toLowerCase())
  }

  variant({ name, index, fields }: VariantJson): string {
    return `${name}=${index}(${this.fields(fields)})`
  }

  variants(id: number): readonly VariantJson[] {
    return this.types.get(id)?.def.variant?.variants ?? []
  }

  pathOf(id: number): string {
    return this.types.get(id)?.path.join('::') ?? ''
  }

  item({ type }: ItemJson): string {
    if (type.map === undefined) return this.shape(type.plain ?? -1)
    return `${type.map.hashers.join(' ')}: ${this.shape(type.map.key)} -> ${this.shape(type.map.value)}`
  }

  private fields(fields: readonly FieldJson[]): string {
    return fields.map(field => `${field.name ?? '_'}: ${this.shape(field.type)}`).join(', ')
  }
}
