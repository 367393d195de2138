// Run as a process of its own by tests that kill it: asks and settles rounds one after another and says each step that is done.
import { resumeRounds } from '../../validator/rounds/resume-rounds.ts'
import { readLastRoundNumber, readUnsettled } from '../../validator/storage/round-table.ts'
import { openSettlementLab } from './settlement-lab.ts'

const [folder = ''] = process.argv.slice(2)
const lab = await openSettlementLab({ folder })
await resumeRounds(lab.store)
const settle = async (number: number) => {
  await lab.settle(number)
  process.stdout.write(`settled ${number}\n`)
}
for (const { round } of await readUnsettled(lab.store)) await settle(round.number)
for (let number = ((await readLastRoundNumber(lab.store)) ?? 39) + 1; ; number++) {
  await lab.ask(number, { One: [{ sequence: 2 * number }, { sequence: 2 * number + 1 }], Two: ['miss', { sequence: number }] })
  process.stdout.write(`asked ${number}\n`)
  await settle(number)
}
