import { expect, it } from 'vitest'
import { beaconBlock } from '../../../../validator/audit/beacon-block.ts'
import { drawAudit } from '../../../../validator/audit/draw-audit.ts'
import { epochSecret } from '../../../../validator/audit/epoch-secret.ts'
import { toySubnet } from '../../../support/subnet-terms.ts'

const secret = epochSecret(new Uint8Array(32).fill(1), 2, 7)
const ticket = (index: number, rate: number) => ({
  secret,
  beaconHash: `0x${'ab'.repeat(32)}`,
  receiptDigest: String(index).padStart(64, '0'),
  rate,
})
const drawn = (rate: number) => Array.from({ length: 4_000 }, (_, index) => drawAudit(ticket(index, rate)))

it('audits everything at rate 1 and nothing at rate 0', () => {
  expect(drawn(1).every(Boolean)).toBe(true)
  expect(drawn(0).some(Boolean)).toBe(false)
})

it('audits the stated share of receipts (beyond 4 standard deviations in 1 of 16,000 draws; the receipts are fixed)', () => {
  const share = drawn(0.3).filter(Boolean).length / 4_000
  expect(Math.abs(share - 0.3)).toBeLessThan(4 * Math.sqrt((0.3 * 0.7) / 4_000))
})

it('draws anew with another beacon and with another secret', () => {
  const base = drawn(0.5)
  const other = base.map((_, index) => drawAudit({ ...ticket(index, 0.5), beaconHash: `0x${'cd'.repeat(32)}` }))
  const later = base.map((_, index) => drawAudit({ ...ticket(index, 0.5), secret: epochSecret(new Uint8Array(32).fill(1), 2, 8) }))
  const same = (list: boolean[]) => list.filter((value, index) => value === base[index]).length / list.length
  expect(same(other)).toBeCloseTo(0.5, 1)
  expect(same(later)).toBeCloseTo(0.5, 1)
})

it('has a secret of 32 bytes for each epoch and subnet', () => {
  const master = new Uint8Array(32).fill(1)
  expect(secret).toHaveLength(32)
  expect(epochSecret(master, 2, 7)).toEqual(secret)
  expect(epochSecret(master, 3, 7)).not.toEqual(secret)
})

it('takes the beacon the stated number of blocks after the deadline', () => {
  expect(beaconBlock(100, toySubnet())).toBe(102)
})
