import type { Command } from 'commander'
import { addAction } from '../shared/chain/commands/command-options.ts'
import { addOptions, givenFlags } from '../shared/settings/add-options.ts'
import { loadSettings } from '../shared/settings/load-settings.ts'
import { stopSignal } from '../shared/util/stop-signal.ts'
import { waitForAbort } from '../shared/util/wait-for-abort.ts'
import { calibrateOptions } from './calibrate/calibrate-options.ts'
import { validatorOptions } from './options.ts'
import { auditPlanOptions } from './rounds/audit-plan-options.ts'

/** Adds `assay validator start`, `replay`, `export`, `plan` and `audit-plan`. */
export function registerValidatorCommands(validator: Command): void {
  const start = validator.command('start').description('query miners, verify what they answer, score, and set weights')
  addOptions(start, validatorOptions).action(async () => {
    const settings = readSettings(start)
    const signal = stopSignal()
    // The chain client and the engine take a second to load: help and mistakes need not wait for them.
    const { startValidator } = await import('./validator.ts')
    const running = await startValidator(settings, signal).catch(error => {
      if (signal.aborted) return null
      throw error
    })
    if (running === null) return
    process.stdout.write(`assay validator ready ${running.url}\n`)
    const fatal = await Promise.race([waitForAbort(signal), running.fatal])
    await running.stop()
    if (fatal !== undefined) throw fatal
  })

  const replay = validator
    .command('replay')
    .description('compute a stored round again and compare it byte for byte')
    .requiredOption('--round <number>', 'number of the round')
    .option('--json', 'print the verdicts and scores as JSON')
  addOptions(replay, validatorOptions).action(async () => {
    const { round, json } = replay.opts<{ round: string; json?: boolean }>()
    const settings = readSettings(replay)
    const { replayCommand } = await import('./rounds/replay-command.ts')
    const same = await replayCommand(settings, round, json === true)
    process.exitCode = same ? 0 : 1
  })

  const exporting = validator
    .command('export')
    .description('write all that others need to judge one answer again with `assay verify`')
    .requiredOption('--receipt <id>', "request id or receipt's digest")
    .option('--out <file>', 'where to write it; standard output without it')
  addOptions(exporting, validatorOptions).action(async () => {
    const { receipt, out } = exporting.opts<{ receipt: string; out?: string }>()
    const settings = readSettings(exporting)
    const { exportCommand } = await import('./reports/export-command.ts')
    await exportCommand(settings, receipt, out)
  })

  const calibrate = validator
    .command('calibrate')
    .description("measure how far honest answers of this machine's own engines may be from the reference, and write the bounds that follow")
  addOptions(calibrate, calibrateOptions).action(async () => {
    const settings = loadSettings(calibrateOptions, {
      flags: givenFlags(calibrate, calibrateOptions),
      env: process.env,
      file: calibrate.opts<{ config?: string }>().config,
    })
    const { calibrateCommand } = await import('./calibrate/calibrate-command.ts')
    await calibrateCommand(settings, stopSignal())
  })

  const plan = validator
    .command('plan')
    .description('show when weights are sent next, what would be sent, and what could stop it')
    .option('--json', 'print the plan as JSON')
  addOptions(plan, validatorOptions).action(async () => {
    const { planCommand } = await import('./rounds/plan-command.ts')
    await planCommand(readSettings(plan), plan.opts<{ json?: boolean }>().json === true, stopSignal())
  })

  const auditPlan = validator
    .command('audit-plan')
    .description('show what the audit rates follow from, after how many requests each fraud is convicted, and what it loses by that')
  addAction(auditPlan, auditPlanOptions, async settings => {
    const { auditPlanCommand } = await import('./rounds/audit-plan-command.ts')
    await auditPlanCommand(settings, stopSignal())
  })
}

function readSettings(command: Command) {
  return loadSettings(validatorOptions, {
    flags: givenFlags(command, validatorOptions),
    env: process.env,
    file: command.opts<{ config?: string }>().config,
  })
}
