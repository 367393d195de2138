// npm run chaos -- [--kills 50] [--seed TEXT]: kills the chain, a miner or a validator at random moments and looks whether anything was lost.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { stopSignal } from '../../shared/util/stop-signal.ts'
import { runChaos } from './run-chaos.ts'

const { values } = parseArgs({ options: { kills: { type: 'string', default: '50' }, seed: { type: 'string', default: 'assay' } } })
const folder = mkdtempSync(join(tmpdir(), 'assay-chaos-'))
const say = (line: string) => process.stderr.write(`${line}\n`)
const result = await runChaos({ folder, kills: Number(values.kills), seed: values.seed, blockTimeMs: 500, signal: stopSignal(), say })
const { kills, settledRounds, answers, faults } = result
process.stdout.write(`killed: chain ${kills.chain}, miner ${kills.miner}, validator ${kills.validator}\n`)
process.stdout.write(`${settledRounds} rounds settled, ${answers} answers passed; ${faults.length} lost, doubled or changed\n`)
for (const fault of faults) process.stdout.write(`  - ${fault}\n`)
if (faults.length === 0) rmSync(folder, { recursive: true, force: true })
else say(`kept for inspection: ${folder}`)
process.exit(faults.length === 0 ? 0 : 1)
