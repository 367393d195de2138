import { createHash } from 'node:crypto'
import { expect, it } from 'vitest'
import { commitmentFields, commitsTo, disclosedSecret } from '../../../../validator/audit/commitment-fields.ts'

const coming = new Uint8Array(32).fill(1)
const closed = new Uint8Array(32).fill(2)
const [scoringVersion, calibrationDigest] = ['ab'.repeat(32), 'cd'.repeat(32)]
const content = { coming, closed, scoringVersion, calibrationDigest: null }

it('are the hash of the coming secret with a closed secret, the scoring version, and a calibration where there is one', () => {
  const [first, second, ...more] = commitmentFields(content)
  expect(Buffer.from(first ?? []).toString('hex')).toBe(createHash('sha256').update(coming).digest('hex') + '02'.repeat(32))
  expect(Buffer.from(second ?? []).toString('hex')).toBe(scoringVersion)
  expect(more).toEqual([])
  expect(Buffer.from(commitmentFields({ ...content, calibrationDigest })[2] ?? []).toString('hex')).toBe(calibrationDigest)
})

it('commit to one secret, and disclose the other or none', () => {
  const fields = commitmentFields(content)
  expect([commitsTo(fields, coming), commitsTo(fields, closed)]).toEqual([true, false])
  expect(disclosedSecret(fields)).toEqual(closed)
  expect(disclosedSecret(commitmentFields({ ...content, closed: null }))).toBeNull()
})

it('of somebody else, in another shape, say nothing', () => {
  for (const fields of [[], [null], [new Uint8Array(0)], [coming]]) {
    expect(commitsTo(fields, coming)).toBe(false)
    expect(disclosedSecret(fields)).toBeNull()
  }
})
