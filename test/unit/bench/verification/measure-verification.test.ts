import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { loadSubnet } from '../../../../shared/subnet/subnet-file.ts'
import { measureVerification } from '../../../bench/verification/measure-verification.ts'
import { renderMarkdown } from '../../../bench/verification/render-markdown.ts'

const config = fileURLToPath(new URL('../../../../config', import.meta.url))

it('measures and writes a small table: an honest class, a cheat of it, and forged proofs', async () => {
  const report = await measureVerification({
    quick: true,
    amounts: { loosest: 12, others: 12, cheat: 6, lifetimes: 20, lifetimeAnswers: 50, orders: 10 },
    modelFolder: `${config}/models/assay-tiny`,
    subnet: (await loadSubnet(`${config}/subnet.json`)).file,
    only: ['half-layers'],
    onlyVariants: ['fp32, basic optimisation', 'fp16 weights'],
    log: () => undefined,
  })
  expect(report.loosest).toBe('onnx-fp16')
  expect(report.lifetimes.convictions).toBe(0)
  const [member] = report.members
  expect(member).toMatchObject({ name: 'half-layers', answers: 6 })
  expect(member?.rows.find(({ check, counted }) => check === 'all' && counted === 'all')?.cells[3]?.auc).toBeGreaterThan(0.95)
  expect(report.nullProofs.find(({ kind }) => kind === 'zeros')).toMatchObject({ fingerprint: 1, toploc: 1 })
  const page = renderMarkdown(report, 'a test')
  expect(page).toContain('### half-layers')
  expect(page).not.toContain('NaN')
  expect(page).not.toContain('undefined')
})
