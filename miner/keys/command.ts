import type { Command } from 'commander'
import { addAction } from '../../shared/chain/commands/command-options.ts'
import { expandHome } from '../../shared/identity/wallet-location.ts'
import { defineOptions } from '../../shared/settings/option.ts'
import { addApiKey, removeApiKey } from './add-api-key.ts'
import { readKeyFile } from './read-key-file.ts'

const fileOption = defineOptions({ keyFile: { type: 'string', unit: 'file', required: true, description: 'the key file' } })
const nameOption = defineOptions({ name: { type: 'string', required: true, description: 'what the key is called' } })
const addOptions = defineOptions({
  ...fileOption,
  ...nameOption,
  openRequests: { type: 'integer', min: 1, max: 1_000, default: 16, description: 'requests that it may have open at once' },
  tokensPerMinute: { type: 'number', unit: 'tokens', min: 0, default: 0, description: 'output tokens a minute; 0 sets no limit' },
})

/** Adds `assay miner key add`, `list` and `remove`: who else may use this miner. */
export function registerKeyCommands(miner: Command): void {
  const key = miner.command('key').description("API keys for the miner's own callers, without pay and without receipts")
  addAction(key.command('add').description('make a key and print it; only its hash is kept'), addOptions, async settings => {
    const { name, openRequests, tokensPerMinute } = settings
    const terms = { name, concurrency: openRequests, ...(tokensPerMinute > 0 && { tokensPerMinute }) }
    process.stdout.write(`${await addApiKey(expandHome(settings.keyFile), terms)}\n`)
  })
  addAction(key.command('list').description('show the names of all keys'), fileOption, async settings => {
    for (const { name, concurrency = 16, tokensPerMinute } of await readKeyFile(expandHome(settings.keyFile)))
      process.stdout.write(
        `${name}  ${concurrency} at once  ${tokensPerMinute === undefined ? 'no limit' : `${tokensPerMinute} tokens a minute`}\n`,
      )
  })
  addAction(
    key.command('remove').description('take a key away, from the next start of the miner on'),
    { ...fileOption, ...nameOption },
    async settings => {
      await removeApiKey(expandHome(settings.keyFile), settings.name)
    },
  )
}
