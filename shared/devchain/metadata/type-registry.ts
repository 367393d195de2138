import type { FieldDescriptor, TypeDefinition, TypeDescriptor } from '../scale/type-descriptor.ts'

/** A type with its references turned into the registry's ids. */
export interface RegisteredType {
  readonly path: readonly string[]
  readonly params: readonly { readonly name: string; readonly id: number | undefined }[]
  readonly def: TypeDefinition
  /** The ids of the types that the definition refers to, in the order in which it does. */
  readonly refs: readonly number[]
}

/** The portable registry of the metadata: every type once, by structure, each with an id. */
export class TypeRegistry {
  readonly types: RegisteredType[] = []
  private readonly byObject = new Map<TypeDescriptor, number>()
  private readonly byStructure = new Map<string, number>()
  private readonly named: ReadonlyMap<string, TypeDescriptor>
  private readonly namedIds = new Map<string, number>()

  /** `named` completes the types that are declared by name (the runtime's outer enums). */
  constructor(named: ReadonlyMap<string, TypeDescriptor>) {
    this.named = named
  }

  /** The id of a type, registered now if it is new. */
  idOf(type: TypeDescriptor): number {
    if (type.def.kind === 'named') return this.idOfNamed(type.def.name)
    const known = this.byObject.get(type)
    if (known !== undefined) return known
    const registered = this.resolve(type)
    const structure = JSON.stringify([registered.path, registered.params, shapeOf(registered.def), registered.refs])
    const id = this.byStructure.get(structure) ?? this.types.push(registered) - 1
    this.byStructure.set(structure, id)
    this.byObject.set(type, id)
    return id
  }

  private idOfNamed(name: string): number {
    const known = this.namedIds.get(name)
    if (known !== undefined) return known
    const type = this.named.get(name)
    if (type === undefined) throw new RangeError(`the type ${name} is not declared by the runtime`)
    // Its place is taken before its parts are read: they may refer back to it.
    const id = this.types.push({ path: [], params: [], def: { kind: 'tuple', types: [] }, refs: [] }) - 1
    this.namedIds.set(name, id)
    this.types[id] = this.resolve(type)
    return id
  }

  private resolve(type: TypeDescriptor): RegisteredType {
    const refs = referencesOf(type.def).map(one => this.idOf(one))
    const params = (type.params ?? []).map(param => ({
      name: param.name,
      id: param.type === undefined ? undefined : this.idOf(param.type),
    }))
    return { path: type.path ?? [], params, def: type.def, refs }
  }
}

function referencesOf(def: TypeDefinition): readonly TypeDescriptor[] {
  const ofFields = (fields: readonly FieldDescriptor[]) => fields.map(field => field.type)
  switch (def.kind) {
    case 'composite':
      return ofFields(def.fields)
    case 'variant':
      return def.variants.flatMap(one => ofFields(one.fields))
    case 'tuple':
      return def.types
    case 'sequence':
    case 'array':
    case 'compact':
      return [def.type]
    default:
      return []
  }
}

/** What a definition says besides its references. */
function shapeOf(def: TypeDefinition): unknown {
  switch (def.kind) {
    case 'composite':
      return ['composite', def.fields.map(field => field.name ?? null)]
    case 'variant':
      return ['variant', def.variants.map(one => [one.name, one.index, one.fields.map(field => field.name ?? null)])]
    case 'array':
      return ['array', def.length]
    case 'primitive':
      return ['primitive', def.name]
    case 'tuple':
      return ['tuple', def.types.length]
    default:
      return [def.kind]
  }
}
