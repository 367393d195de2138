import type { Codec } from '../../scale/codec.ts'
import { boundedBytes, fixedBytes } from '../../scale/collections.ts'
import { u64 } from '../../scale/primitives.ts'
import { ScaleError } from '../../scale/scale-error.ts'
import { type FieldDescriptor, typePath } from '../../scale/type-descriptor.ts'

/** The longest ciphertext of a timelocked field, and the longest plain one. */
const maxTimelockBytes = 1_024
const maxBigBytes = 512
const maxRawBytes = 128

const hashes = ['BlakeTwo256', 'Sha256', 'Keccak256', 'ShaThree256'] as const
const firstHash = 130
const tags = { none: 0, timelock: 134, reset: 135, big: 136 }

/** One field of a commitment. The wire has a tag of its own for every length of raw bytes; here they are one kind. */
export type CommitmentField =
  | { readonly type: 'None' | 'ResetBondsFlag' }
  | { readonly type: 'Raw' | 'BigRaw'; readonly bytes: Uint8Array }
  | { readonly type: (typeof hashes)[number]; readonly hash: string }
  | { readonly type: 'TimelockEncrypted'; readonly encrypted: Uint8Array; readonly revealRound: bigint }

const hash32 = fixedBytes(32)
const bigBytes = boundedBytes(maxBigBytes)
const timelockBytes = boundedBytes(maxTimelockBytes)

const oneField = (name: string, index: number, ...fields: readonly FieldDescriptor[]) => ({ name, index, fields })

export const commitmentField: Codec<CommitmentField> = {
  type: {
    path: typePath('pallet_commitments::types::Data'),
    def: {
      kind: 'variant',
      variants: [
        oneField('None', tags.none),
        ...Array.from({ length: maxRawBytes + 1 }, (_, length) => oneField(`Raw${length}`, length + 1, { type: fixedBytes(length).type })),
        ...hashes.map((name, position) => oneField(name, firstHash + position, { type: hash32.type })),
        oneField(
          'TimelockEncrypted',
          tags.timelock,
          { name: 'encrypted', type: timelockBytes.type },
          { name: 'reveal_round', type: u64.type },
        ),
        oneField('ResetBondsFlag', tags.reset),
        oneField('BigRaw', tags.big, { type: bigBytes.type }),
      ],
    },
  },
  encode(field, out) {
    switch (field.type) {
      case 'None':
        return out.u8(tags.none)
      case 'ResetBondsFlag':
        return out.u8(tags.reset)
      case 'Raw':
        if (field.bytes.length > maxRawBytes)
          throw new ScaleError(`a raw field of ${field.bytes.length} bytes is longer than ${maxRawBytes}`)
        out.u8(field.bytes.length + 1)
        return out.bytes(field.bytes)
      case 'BigRaw':
        out.u8(tags.big)
        return bigBytes.encode(field.bytes, out)
      case 'TimelockEncrypted':
        out.u8(tags.timelock)
        timelockBytes.encode(field.encrypted, out)
        return u64.encode(field.revealRound, out)
      default:
        out.u8(firstHash + hashes.indexOf(field.type))
        return hash32.encode(field.hash, out)
    }
  },
  decode(input) {
    const tag = input.u8()
    if (tag === tags.none) return { type: 'None' }
    if (tag <= maxRawBytes + 1) return { type: 'Raw', bytes: Uint8Array.from(input.bytes(tag - 1)) }
    if (tag === tags.timelock) return { type: 'TimelockEncrypted', encrypted: timelockBytes.decode(input), revealRound: u64.decode(input) }
    if (tag === tags.reset) return { type: 'ResetBondsFlag' }
    if (tag === tags.big) return { type: 'BigRaw', bytes: bigBytes.decode(input) }
    const name = hashes[tag - firstHash]
    if (name === undefined) throw new ScaleError(`${tag} is no kind of commitment field`)
    return { type: name, hash: hash32.decode(input) }
  },
}

/** How many bytes a field uses of its account's space. */
export function spaceOf(field: CommitmentField): number {
  if ('bytes' in field) return field.bytes.length
  if ('encrypted' in field) return field.encrypted.length
  return 'hash' in field ? 32 : 0
}
