import { multiAddress, multiSignature, phase } from '../frame-types.ts'
import type { Pallet } from '../pallet.ts'
import { bytes, vec } from '../scale/collections.ts'
import { h256 } from '../scale/hashes.ts'
import { type TypeDescriptor, typePath, type VariantDescriptor } from '../scale/type-descriptor.ts'
import { extraType } from './signed-extensions.ts'

/** The types that only the whole runtime knows: outer call, event and error, by the names under which others refer to them. */
export function outerTypes(pallets: readonly Pallet[]): ReadonlyMap<string, TypeDescriptor> {
  return new Map([
    ['RuntimeCall', outerEnum('RuntimeCall', pallets, callType)],
    ['RuntimeEvent', outerEnum('RuntimeEvent', pallets, eventType)],
    ['RuntimeError', outerEnum('RuntimeError', pallets, errorType)],
  ])
}

export const runtimeCallType: TypeDescriptor = { def: { kind: 'named', name: 'RuntimeCall' } }
export const runtimeEventType: TypeDescriptor = { def: { kind: 'named', name: 'RuntimeEvent' } }
export const runtimeErrorType: TypeDescriptor = { def: { kind: 'named', name: 'RuntimeError' } }

/** `Vec<EventRecord>`: the type of System.Events. */
export const eventRecordsType: TypeDescriptor = {
  def: {
    kind: 'sequence',
    type: {
      path: typePath('frame_system::EventRecord'),
      params: [
        { name: 'E', type: runtimeEventType },
        { name: 'T', type: h256.type },
      ],
      def: {
        kind: 'composite',
        fields: [
          { name: 'phase', type: phase.type },
          { name: 'event', type: runtimeEventType },
          { name: 'topics', type: vec(h256).type },
        ],
      },
    },
  },
}

const extrinsicParams = [
  { name: 'Address', type: multiAddress.type },
  { name: 'Call', type: runtimeCallType },
  { name: 'Signature', type: multiSignature.type },
]

/** The extrinsic: opaque bytes whose parameters tell a client what is inside. */
export const extrinsicType: TypeDescriptor = {
  path: typePath('fp_self_contained::unchecked_extrinsic::UncheckedExtrinsic'),
  params: [...extrinsicParams, { name: 'Extension', type: extraType }],
  def: {
    kind: 'composite',
    fields: [
      {
        type: {
          path: typePath('sp_runtime::generic::unchecked_extrinsic::UncheckedExtrinsic'),
          params: [...extrinsicParams, { name: 'Extra', type: extraType }],
          def: { kind: 'composite', fields: [{ type: bytes.type }] },
        },
      },
    ],
  },
}

export const runtimeType: TypeDescriptor = { path: typePath('node_subtensor_runtime::Runtime'), def: { kind: 'composite', fields: [] } }

/** The enum of a pallet's calls, or undefined where it has none. */
export function callType(pallet: Pallet): TypeDescriptor | undefined {
  return palletEnum(
    pallet,
    'Call',
    Object.entries(pallet.calls).map(([name, one]) => ({ name, index: one.index, fields: one.fields })),
  )
}

export function eventType(pallet: Pallet): TypeDescriptor | undefined {
  return palletEnum(
    pallet,
    'Event',
    Object.values(pallet.events).map(one => ({ name: one.name, index: one.index, fields: one.fields })),
  )
}

export function errorType(pallet: Pallet): TypeDescriptor | undefined {
  return palletEnum(
    pallet,
    'Error',
    Object.values(pallet.errors).map(one => ({ name: one.name, index: one.index, fields: [] })),
  )
}

function palletEnum(pallet: Pallet, kind: string, variants: readonly VariantDescriptor[]): TypeDescriptor | undefined {
  if (variants.length === 0) return undefined
  return { path: [...typePath(pallet.id.path), kind], params: [{ name: 'T' }], def: { kind: 'variant', variants } }
}

function outerEnum(kind: string, pallets: readonly Pallet[], typeOf: (pallet: Pallet) => TypeDescriptor | undefined): TypeDescriptor {
  const variants = pallets.flatMap(pallet => {
    const type = typeOf(pallet)
    return type === undefined ? [] : [{ name: pallet.id.name, index: pallet.id.index, fields: [{ type }] }]
  })
  return { path: ['node_subtensor_runtime', kind], def: { kind: 'variant', variants } }
}
