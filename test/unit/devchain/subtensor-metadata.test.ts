import { readFileSync } from 'node:fs'
import { Metadata, TypeRegistry } from '@polkadot/types'
import { describe, expect, it } from 'vitest'
import { presets } from '../../../shared/devchain/genesis/presets.ts'
import { createNodeRuntime } from '../../../shared/devchain/node-runtime.ts'
import { type ItemJson, type MetadataJson, type PalletJson, TypeShapes } from './metadata-shape.ts'

// Metadata of a real Subtensor runtime is not ours to ship: name a file of it (SCALE, as the runtime gives it) to run these.
const file = process.env.ASSAY_SUBTENSOR_METADATA

const runtime = createNodeRuntime(presets.default)
const ours = readMetadata(runtime.metadata(15) ?? new Uint8Array())
const ourShapes = new TypeShapes(ours)

describe.skipIf(file === undefined)('every item that the embedded chain declares is the one of the real runtime', () => {
  const real = readMetadata(file === undefined ? (runtime.metadata(15) ?? new Uint8Array()) : readFileSync(file))
  const realShapes = new TypeShapes(real)

  describe.each(ours.pallets.map(pallet => [pallet.name, pallet] as const))('pallet %s', (name, pallet) => {
    const other = real.pallets.find(one => one.name === name)

    it('has its index', () => {
      expect(pallet.index).toBe(other?.index)
    })

    it('has its storage: prefix, hashers, keys, values, defaults', () => {
      expect(pallet.storage?.prefix).toBe(pallet.storage === null ? undefined : other?.storage?.prefix)
      expect(describeItems(pallet, ourShapes)).toEqual(pick(describeItems(other, realShapes), itemsOf(pallet)))
    })

    it.each(['calls', 'events', 'errors'] as const)('has its %s: indices, fields, types', kind => {
      const declared = describeVariants(pallet, kind, ourShapes)
      expect(declared).toEqual(
        pick(
          describeVariants(other, kind, realShapes),
          Object.keys(declared).map(key => ({ name: key })),
        ),
      )
    })

    it('has its constants', () => {
      const declared = Object.fromEntries(pallet.constants.map(one => [one.name, ourShapes.shape(one.type)]))
      expect(declared).toEqual(
        pick(Object.fromEntries(other?.constants.map(one => [one.name, realShapes.shape(one.type)]) ?? []), pallet.constants),
      )
    })
  })

  it.each(ours.apis.map(api => [api.name, api] as const))('runtime API %s has its methods, arguments and results', (name, api) => {
    const other = real.apis.find(one => one.name === name)
    const describeMethods = (methods: typeof api.methods, shapes: TypeShapes) =>
      Object.fromEntries(
        methods.map(method => [
          method.name,
          `${method.inputs.map(input => `${input.name}: ${shapes.shape(input.type)}`).join(', ')} -> ${shapes.shape(method.output)}`,
        ]),
      )
    expect(describeMethods(api.methods, ourShapes)).toEqual(pick(describeMethods(other?.methods ?? [], realShapes), api.methods))
  })

  it('has the signed extensions in their order, with their types', () => {
    const ourExtensions = ours.extrinsic.signedExtensions
    const realExtensions = real.extrinsic.transactionExtensions ?? real.extrinsic.signedExtensions
    expect(describeExtensions(ourExtensions, ourShapes)).toEqual(describeExtensions(realExtensions, realShapes))
  })
})

describe('the metadata', () => {
  it.each([14, 15])('of version %i is read by the api with every pallet of the runtime', version => {
    const read = readMetadata(runtime.metadata(version) ?? new Uint8Array())
    expect(read.pallets.map(pallet => pallet.name)).toEqual(runtime.pallets.map(pallet => pallet.id.name))
  })

  it('names the defaults of the preset', () => {
    const fast = readMetadata(createNodeRuntime(presets.fast).metadata(15) ?? new Uint8Array())
    const tempo = itemsOf(fast.pallets.find(pallet => pallet.name === 'SubtensorModule')).find(item => item.name === 'Tempo')
    expect(tempo?.fallback).toBe('0x0a00')
  })
})

function readMetadata(bytes: Uint8Array): MetadataJson {
  const metadata = new Metadata(new TypeRegistry(), `0x${Buffer.from(bytes).toString('hex')}`)
  const json: unknown =
    metadata.version === 16 ? metadata.asV16.toJSON() : metadata.version === 15 ? metadata.asV15.toJSON() : metadata.asV14.toJSON()
  return json as MetadataJson
}

function itemsOf(pallet: PalletJson | undefined): readonly ItemJson[] {
  return pallet?.storage?.items ?? pallet?.storage?.entries ?? []
}

function describeItems(pallet: PalletJson | undefined, shapes: TypeShapes): Record<string, string> {
  return Object.fromEntries(itemsOf(pallet).map(item => [item.name, `${item.modifier} ${shapes.item(item)} = ${item.fallback}`]))
}

function describeVariants(pallet: PalletJson | undefined, kind: 'calls' | 'events' | 'errors', shapes: TypeShapes): Record<string, string> {
  const type = pallet?.[kind]
  if (type === undefined || type === null) return {}
  return Object.fromEntries(shapes.variants(type.type).map(one => [one.name, `${shapes.pathOf(type.type)} ${shapes.variant(one)}`]))
}

function describeExtensions(extensions: unknown, shapes: TypeShapes): string[] {
  const list = extensions as readonly { identifier: string; type: number; additionalSigned?: number; implicit?: number }[]
  return list.map(one => `${one.identifier}: ${shapes.shape(one.type)}; ${shapes.shape(one.additionalSigned ?? one.implicit ?? -1)}`)
}

/** The entries of the other side under our names; what it lacks is shown as missing. */
function pick(record: Readonly<Record<string, string>>, names: readonly { readonly name: string }[]): Record<string, string> {
  return Object.fromEntries(names.map(({ name }) => [name, record[name] ?? 'missing']))
}
