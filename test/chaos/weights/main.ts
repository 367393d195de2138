// npm run chaos:weights -- [--tempos 200] [--kills 60] [--reorgs 2] [--cuts 60] [--seed 1] [--form set-weights|hash|timelocked|all]:
// sets weights for so many tempos while submissions are dropped, sockets cut, the validator killed and the chain re-organised, and
// looks whether the chain held our weights at every epoch. --control drops|forgetful|twice breaks something on purpose: it must be found.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { stopSignal } from '../../../shared/util/stop-signal.ts'
import { seededRandom } from '../../support/seeded-random.ts'
import { planKills } from './kill-plan.ts'
import { chaosTempo, runWeightsChaos } from './run-weights-chaos.ts'

const { values } = parseArgs({
  options: {
    tempos: { type: 'string', default: '200' },
    kills: { type: 'string', default: '60' },
    reorgs: { type: 'string', default: '2' },
    cuts: { type: 'string', default: '60' },
    seed: { type: 'string', default: '1' },
    form: { type: 'string', default: 'all' },
    control: { type: 'string' },
  },
})
const allForms = ['set-weights', 'hash', 'timelocked'] as const
const forms = allForms.filter(form => values.form === 'all' || values.form === form)
const { control } = values
if (forms.length === 0) throw new Error(`--form ${values.form} is none of ${allForms.join(', ')} and all`)
if (control !== undefined && control !== 'drops' && control !== 'forgetful' && control !== 'twice')
  throw new Error(`--control ${control} is none of drops, forgetful and twice`)
const [tempos, seed] = [Number(values.tempos), Number(values.seed)]
const signal = stopSignal()
const print = (line: string) => process.stdout.write(`${line}\n`)

let failed = 0
for (const form of forms) {
  const folder = mkdtempSync(join(tmpdir(), 'assay-chaos-weights-'))
  const startMs = performance.now()
  const { audit, faults, counts, killed, reorgs, blocks } = await runWeightsChaos({
    ...{ folder, form, tempos, seed, signal, reorgs: Number(values.reorgs), cuts: Number(values.cuts) },
    kills: planKills(form, Number(values.kills), tempos, chaosTempo, seededRandom(seed + 3)),
    rates: control === 'drops' ? { dropped: 1, unheard: 0 } : { dropped: 0.2, unheard: 0.1 },
    weakness: control === 'forgetful' || control === 'twice' ? control : null,
    say: line => process.stderr.write(`${line}\n`),
  })
  const kills = [...killed.values()].reduce((sum, count) => sum + count, 0)
  print(`${form}: ${audit.tempos} tempos, ${blocks} blocks in ${Math.round((performance.now() - startMs) / 1_000)} s`)
  print(
    `  ${counts.submissions} submissions, of which ${counts.dropped} dropped and ${counts.unheard} unheard; ${counts.cuts} sockets cut, ${reorgs} re-orgs, ${kills} kills:`,
  )
  for (const [point, count] of killed) print(`    ${String(count).padStart(3)} ${point}`)
  print(
    `  ${audit.effects} took effect; ${audit.missed.length} tempos without our weights, ${audit.wrong.length} on others; at most ${audit.mostUnrevealed} unrevealed commits`,
  )
  for (const fault of faults) print(`  - ${fault}`)
  failed += faults.length
  if (faults.length === 0 || control !== undefined) rmSync(folder, { recursive: true, force: true })
  else process.stderr.write(`kept for inspection: ${folder}\n`)
}
if (control !== undefined) print(failed > 0 ? 'the control was found out, as it must be' : 'the control was NOT found out')
process.exit((control === undefined) === (failed === 0) ? 0 : 1)
