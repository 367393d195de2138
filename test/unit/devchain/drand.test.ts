import { createHash } from 'node:crypto'
import { beforeEach, describe, expect, it } from 'vitest'
import { presets } from '../../../shared/devchain/genesis/presets.ts'
import { devBeaconPublicKey, devBeaconSecret } from '../../../shared/devchain/pallets/drand/dev-beacon.ts'
import { drandStorage } from '../../../shared/devchain/pallets/drand/tables.ts'
import { timestampStorage } from '../../../shared/devchain/pallets/timestamp.ts'
import { beaconPublicKeyOf } from '../../../shared/timelock/sign-round.ts'
import { verifyBeacon } from '../../../shared/timelock/verify-beacon.ts'
import { createPalletLab, type PalletLab } from '../../support/pallet-lab.ts'

describe('the development beacon', () => {
  let lab: PalletLab
  const pass = (seconds: number) => {
    lab.ctx.set(timestampStorage.Now, lab.ctx.now + BigInt(seconds * 1000))
    lab.nextBlock()
  }
  const last = () => lab.ctx.get(drandStorage.LastStoredRound)

  beforeEach(() => {
    lab = createPalletLab(presets.default)
  })

  it('says on the chain which key, genesis and period it has', () => {
    const { public_key, genesis_time, period } = lab.ctx.get(drandStorage.BeaconConfig)
    expect(public_key).toEqual(devBeaconPublicKey)
    expect(Buffer.from(beaconPublicKeyOf(devBeaconSecret))).toEqual(Buffer.from(devBeaconPublicKey))
    expect([genesis_time, period]).toEqual([1_700_000_000, 3])
    expect(createPalletLab(presets.fast).ctx.get(drandStorage.BeaconConfig).period).toBe(1)
  })

  it('writes the pulses of the rounds whose time has come, and says which', () => {
    expect(last()).toBe(1n)
    pass(2)
    expect(last()).toBe(1n)
    pass(7)
    expect(last()).toBe(4n)
    expect(lab.events()).toContainEqual({ name: 'drand.NewPulse', data: [[2, 3, 4]] })
    for (const round of [1n, 4n]) {
      const pulse = lab.ctx.get(drandStorage.Pulses, round)
      expect(pulse?.round).toBe(round)
      expect(verifyBeacon(devBeaconPublicKey, { round, signature: pulse?.signature ?? new Uint8Array() })).toBe(true)
      const randomness = createHash('sha256').update(pulse?.signature ?? '')
      expect(Buffer.from(pulse?.randomness ?? [])).toEqual(randomness.digest())
    }
    expect(lab.ctx.get(drandStorage.Pulses, 5n)).toBe(undefined)
  })

  it('catches up a bounded number of rounds a block, and leaves out what nobody waits for after a long sleep', () => {
    pass(120)
    expect(last()).toBe(26n)
    pass(0)
    expect(last()).toBe(41n)
    pass(3 * 3_600)
    expect(last()).toBe(3_641n)
    expect(lab.ctx.get(drandStorage.Pulses, 3_600n)).toBe(undefined)
    expect(lab.ctx.get(drandStorage.Pulses, 3_617n)?.round).toBe(3_617n)
  })

  it('keeps a week of pulses and forgets those before', () => {
    pass(12)
    lab.ctx.set(drandStorage.LastStoredRound, 216_002n)
    lab.ctx.set(timestampStorage.Now, BigInt(1_700_000_000_000 + 216_003 * 3_000))
    lab.nextBlock()
    expect(last()).toBe(216_004n)
    expect(lab.ctx.get(drandStorage.OldestStoredRound)).toBe(5n)
    expect(lab.ctx.get(drandStorage.Pulses, 4n)).toBe(undefined)
    expect(lab.ctx.get(drandStorage.Pulses, 5n)?.round).toBe(5n)
  })
})
