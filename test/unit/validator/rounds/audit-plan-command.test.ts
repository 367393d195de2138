import { Command } from 'commander'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { registerValidatorCommands } from '../../../../validator/main.ts'

afterEach(() => {
  vi.restoreAllMocks()
})

/** Runs `assay validator` with some words and gives what it printed. */
async function printed(...words: string[]): Promise<string> {
  const lines: string[] = []
  vi.spyOn(process.stdout, 'write').mockImplementation(chunk => lines.push(String(chunk)) > 0)
  const program = new Command('validator').exitOverride()
  registerValidatorCommands(program)
  await program.parseAsync(words, { from: 'user' })
  return lines.join('')
}

describe('assay validator audit-plan', () => {
  it('prints the plan of the subnet file that comes with Assay as JSON, for so many answers, and asks no chain', async () => {
    const plan = JSON.parse(await printed('audit-plan', '--json', '--answers', '5'))
    expect(plan).toMatchObject({ answers: 5, conviction: { price: null } })
    expect(plan.rate.least).toBeGreaterThan(0)
    const verdicts = plan.frauds.map(({ verdict }: { verdict: string }) => verdict)
    expect(verdicts).toContain('loses')
    expect(verdicts).not.toContain('pays')
  })

  it('refuses a number of answers that is none', async () => {
    await expect(printed('audit-plan', '--answers', '0')).rejects.toMatchObject({ code: 'SETTINGS_INVALID' })
  })
})
