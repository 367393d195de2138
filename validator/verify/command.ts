import type { Command } from 'commander'
import { AssayError } from '../../shared/errors/assay-error.ts'
import { formatError } from '../../shared/errors/format-error.ts'
import { addOptions, givenFlags } from '../../shared/settings/add-options.ts'
import { loadSettings } from '../../shared/settings/load-settings.ts'
import { defineOptions } from '../../shared/settings/option.ts'
import { stopSignal } from '../../shared/util/stop-signal.ts'
import { renderConviction } from './render-conviction.ts'

export const verifyOptions = defineOptions({
  model: {
    type: 'string',
    unit: 'folder',
    description: 'folder of the model that was asked: manifest, graph, tokenizer; a conviction needs none',
  },
  provider: { type: 'string', choices: ['cpu', 'cuda', 'webgpu'], default: 'cpu', description: 'where the reference run runs' },
  threads: { type: 'integer', min: 1, max: 64, default: 1, description: 'threads of the reference run' },
  timeout: { type: 'integer', unit: 'ms', min: 100, default: 300_000, description: 'deadline of the reference run' },
  json: { type: 'boolean', default: false, description: 'print JSON instead of a table' },
})

/** Adds `assay verify`: repeats a validator's judgement from an exported bundle, without a chain, a database or a key. */
export function registerVerifyCommand(program: Command): void {
  const verify = program
    .command('verify')
    .description(
      'repeat the judgement of an exported answer, or the arithmetic of a conviction, offline; exit code 0: the same verdict, 1: another, 2: the bundle is unusable',
    )
    .argument('<bundle>', 'file that `assay validator export` wrote, or a signed conviction')
  addOptions(verify, verifyOptions).action(async (file: string) => {
    try {
      const config = verify.opts<{ config?: string }>().config
      const settings = loadSettings(verifyOptions, { flags: givenFlags(verify, verifyOptions), env: process.env, file: config })
      const { verifyConviction } = await import('./verify-conviction.ts')
      const conviction = await verifyConviction(file)
      if (conviction !== null) {
        process.stdout.write(settings.json ? `${JSON.stringify(conviction, null, 2)}\n` : `${renderConviction(conviction)}\n`)
        process.exitCode = conviction.same ? 0 : 1
        return
      }
      const { model } = settings
      if (model === undefined)
        throw new AssayError('CLI_USAGE', { problem: 'A bundle needs --model, the folder of the model that was asked.' })
      const { verifyFile } = await import('./verify-file.ts')
      const { renderReport } = await import('./render-report.ts')
      const report = await verifyFile(file, { ...settings, model }, stopSignal())
      process.stdout.write(settings.json ? `${JSON.stringify(report, null, 2)}\n` : `${renderReport(report)}\n`)
      process.exitCode = report.same ? 0 : 1
    } catch (error) {
      // Whatever kept us from judging is no verdict.
      process.stderr.write(`${formatError(error)}\n`)
      process.exitCode = 2
    }
  })
}
