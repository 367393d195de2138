import type { Command } from 'commander'
import { isAssayError } from '../../shared/errors/assay-error.ts'
import { formatError } from '../../shared/errors/format-error.ts'
import { readEpochFile } from './read-epoch-file.ts'
import { renderEpochFile } from './render-epoch-file.ts'
import { runEpochFile } from './run-epoch-file.ts'

/** Adds `epoch FILE [--json]`: exit code 0 without a difference, 1 with one, 2 where the file cannot be used. */
export function registerEpochCommand(owner: Command): void {
  owner
    .command('epoch')
    .description("run the chain's exact epoch on the inputs of a file, and compare with its outputs where it gives them")
    .argument('<file>', 'JSON: {"vectors": [{"config", "epoch", "input", "output"?}]}')
    .option('--json', 'print the outputs in the format of the file')
    .action(async (file: string, { json }: { json?: true }) => {
      process.exitCode = await printEpochFile(file, json === true)
    })
}

async function printEpochFile(file: string, json: boolean): Promise<number> {
  try {
    const result = runEpochFile(await readEpochFile(file))
    process.stdout.write(`${json ? JSON.stringify(result) : renderEpochFile(result)}\n`)
    return result.differences.length === 0 ? 0 : 1
  } catch (error) {
    if (!isAssayError(error, 'OWNER_FILE')) throw error
    process.stderr.write(`${formatError(error)}\n`)
    return 2
  }
}
