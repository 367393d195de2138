import { beforeEach, describe, expect, it } from 'vitest'
import { spaceOf } from '../../../shared/devchain/pallets/commitments/field.ts'
import { commitmentInfo, commitmentsStorage } from '../../../shared/devchain/pallets/commitments/tables.ts'
import { drandStorage } from '../../../shared/devchain/pallets/drand/tables.ts'
import { storage } from '../../../shared/devchain/pallets/subtensor-module/storage.ts'
import { decodeValue, encodeValue } from '../../../shared/devchain/scale/codec.ts'
import { createCommitLab } from '../../support/commit-lab.ts'
import { type PalletLab, root } from '../../support/pallet-lab.ts'
import { createSubnetLab, netuid, owner, strong, validator } from '../../support/subnet-lab.ts'

const stranger = `0x${'77'.repeat(32)}`

describe('timelocked fields of a commitment', () => {
  it('move to what is revealed once their pulse is here; what does not open is lost without a word', () => {
    const lab = createCommitLab()
    const text = (word: string) => Uint8Array.from(Buffer.from(word, 'utf8'))
    const round = lab.ctx.get(drandStorage.LastStoredRound) + 1n
    const locked = (at: bigint, message: Uint8Array) => ({ TimelockEncrypted: { encrypted: lab.sealBytes(at, message), reveal_round: at } })
    const commit = (who: string, ...fields: unknown[]) => lab.run(who, 'commitments', 'setCommitment', netuid, { fields })
    expect(commit(strong, { Raw1: '0x05' }, locked(round, text('hello')), locked(round + 50n, text('later')))).toBe(null)
    expect(commit(validator, { TimelockEncrypted: { encrypted: '0x0102', reveal_round: round } })).toBe(null)
    const revealed = (who: string) => lab.ctx.get(commitmentsStorage.RevealedCommitments, netuid, who)
    for (let block = 0; block < 10 && revealed(strong) === undefined; block += 1) lab.passBlocks()
    expect(revealed(strong)).toEqual([[text('hello'), BigInt(lab.ctx.block)]])
    expect(lab.events().filter(({ name }) => name === 'commitments.CommitmentRevealed')).toHaveLength(1)
    const left = lab.ctx.get(commitmentsStorage.CommitmentOf, netuid, strong)?.info.fields.map(({ type }) => type)
    expect(left).toEqual(['Raw', 'TimelockEncrypted'])
    expect([revealed(validator), lab.ctx.get(commitmentsStorage.CommitmentOf, netuid, validator)]).toEqual([undefined, undefined])
    expect(lab.ctx.get(commitmentsStorage.TimelockedIndex)).toEqual([[netuid, strong]])
  })
})

describe('set_commitment', () => {
  let lab: PalletLab
  const commit = (who: string, ...fields: unknown[]) => lab.run(who, 'commitments', 'setCommitment', netuid, { fields })
  const raw = (length: number, byte = 7) => ({ [`Raw${length}`]: `0x${Buffer.alloc(length, byte).toString('hex')}` })
  const stored = (who: string) => lab.ctx.get(commitmentsStorage.CommitmentOf, netuid, who)

  beforeEach(() => {
    lab = createSubnetLab()
  })

  it('is free, for registered hotkeys alone, and replaces what they said before', () => {
    expect(commit(stranger, raw(5))).toBe('AccountNotAllowedCommit')
    expect(commit(strong, raw(5))).toBe(null)
    expect(lab.events().at(-1)).toMatchObject({ name: 'commitments.Commitment', data: [netuid, expect.any(String)] })
    lab.nextBlock()
    expect(commit(strong, raw(64), { Sha256: `0x${'ab'.repeat(32)}` })).toBe(null)
    expect(stored(strong)).toEqual({
      deposit: 0n,
      block: lab.ctx.block,
      info: {
        fields: [
          { type: 'Raw', bytes: Uint8Array.from(Buffer.alloc(64, 7)) },
          { type: 'Sha256', hash: `0x${'ab'.repeat(32)}` },
        ],
      },
    })
    expect(lab.ctx.get(commitmentsStorage.LastCommitment, netuid, strong)).toBe(lab.ctx.block)
  })

  it('reads and writes the bytes that a client of its metadata makes', () => {
    const fields = ['None', raw(0), raw(128), { BigRaw: '0x0102' }, 'ResetBondsFlag', { Keccak256: `0x${'01'.repeat(32)}` }]
    for (const field of [...fields, { TimelockEncrypted: { encrypted: '0x0a0b', reveal_round: 99 } }]) {
      const bytes = lab.encode('commitments', 'setCommitment', netuid, { fields: [field] }).slice(4)
      expect(Buffer.from(encodeValue(commitmentInfo, decodeValue(commitmentInfo, bytes))).toString('hex')).toBe(
        Buffer.from(bytes).toString('hex'),
      )
    }
  })

  it('counts at least 100 bytes each time and stops at the space of the epoch, which the next one gives back', () => {
    lab.ctx.set(commitmentsStorage.MaxSpace, 330)
    lab.ctx.set(storage.LastEpochBlock, netuid, BigInt(lab.ctx.block))
    expect(commit(strong, raw(1))).toBe(null)
    expect(commit(strong, raw(1))).toBe(null)
    expect(commit(strong, raw(128), raw(3))).toBe('SpaceLimitExceeded')
    expect(commit(strong, raw(128), raw(2))).toBe(null)
    expect(commit(strong)).toBe('SpaceLimitExceeded')
    expect(commit(validator, raw(1))).toBe(null)
    lab.nextBlock(10)
    expect(commit(strong, raw(1))).toBe(null)
    expect(lab.ctx.get(commitmentsStorage.UsedSpaceOf, netuid, strong)).toEqual({
      last_epoch: lab.ctx.get(storage.SubnetEpochIndex, netuid),
      used_space: 100n,
    })
  })

  it('keeps timelocked fields and lists who has some, until they are replaced', () => {
    const locked = { TimelockEncrypted: { encrypted: '0x0102', reveal_round: 1234 } }
    expect(commit(strong, raw(1), locked)).toBe(null)
    expect(lab.events().at(-1)).toMatchObject({ name: 'commitments.TimelockCommitment', data: [netuid, expect.any(String), 1234] })
    expect(commit(validator, locked)).toBe(null)
    expect(commit(validator, locked)).toBe(null)
    expect(lab.ctx.get(commitmentsStorage.TimelockedIndex)).toEqual([validator, strong].sort().map(who => [netuid, who]))
    expect(commit(strong, raw(1))).toBe(null)
    expect(lab.ctx.get(commitmentsStorage.TimelockedIndex)).toEqual([[netuid, validator]])
  })

  it('drops the bonds towards who asks for that, where the owner allows it', () => {
    lab.ctx.set(storage.Bonds, netuid, 1, [
      [2, 9],
      [3, 8],
    ])
    expect(commit(strong, 'ResetBondsFlag')).toBe(null)
    expect(lab.ctx.get(storage.Bonds, netuid, 1)).toEqual([
      [2, 9],
      [3, 8],
    ])
    expect(lab.run(owner, 'adminUtils', 'sudoSetBondsResetEnabled', netuid, true)).toBe(null)
    expect(commit(strong, 'ResetBondsFlag')).toBe(null)
    expect(lab.ctx.get(storage.Bonds, netuid, 1)).toEqual([[3, 8]])
    expect(lab.ctx.get(commitmentsStorage.LastBondsReset, netuid, strong)).toBe(lab.ctx.block)
  })

  it('shows in the selective metagraph as the stored bytes', () => {
    expect(commit(strong, raw(3))).toBe(null)
    const arg = Buffer.from([netuid, 0, 4, 73, 0])
    const json = lab.api('SubnetInfoRuntimeApi', 'get_selective_metagraph', arg).toJSON() as { commitments: [string, number[]][] }
    expect(json.commitments).toHaveLength(1)
    expect(json.commitments[0]![1].slice(-5)).toEqual([4, 4, 7, 7, 7])
  })

  it('has a space that only sudo changes', () => {
    expect(lab.run(owner, 'commitments', 'setMaxSpace', 5)).toBe('BadOrigin')
    expect(lab.run(root, 'commitments', 'setMaxSpace', 5)).toBe(null)
    expect(commit(strong)).toBe('SpaceLimitExceeded')
  })

  it('gives every kind of field its space', () => {
    expect(spaceOf({ type: 'ResetBondsFlag' })).toBe(0)
    expect(spaceOf({ type: 'BlakeTwo256', hash: '' })).toBe(32)
    expect(spaceOf({ type: 'TimelockEncrypted', encrypted: new Uint8Array(9), revealRound: 1n })).toBe(9)
  })
})
