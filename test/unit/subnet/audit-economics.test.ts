import { expect, it } from 'vitest'
import { loadSubnet } from '../../../shared/subnet/subnet-file.ts'
import { leastRate } from '../../../validator/audit/audit-rate.ts'
import { buildAuditPlan } from '../../../validator/scoring/conviction/build-audit-plan.ts'
import { fraudTable } from '../../../validator/scoring/conviction/fraud-table.ts'

it('the default subnet file audits no more than it must, and its economics are such that every measured fraud loses at every share', async () => {
  const { file } = await loadSubnet('config/subnet.json')
  const { economics } = file.audit
  if (economics === undefined) throw new Error('the default file names no economics')
  expect([leastRate(4, file, economics), leastRate(400, file, economics)]).toEqual([expect.closeTo(0.145, 3), file.audit.rate])
  const plan = buildAuditPlan({
    subnet: file,
    answers: 4,
    price: null,
    seed: new Uint8Array(32),
    frauds: fraudTable,
    runs: 12,
    limit: 8_000,
  })
  for (const { waits, verdict, auditedCheats } of plan.frauds) {
    if (waits) continue
    expect(verdict).toBe('loses')
    // The power that the file counts on is met by the weakest of them.
    expect(auditedCheats).toBeLessThan(1 / economics.detection)
  }
})
