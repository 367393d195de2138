#!/usr/bin/env node
// Plain JS on purpose: it runs right after `npm ci`, from the source through tsx, and from dist in an installed package.
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Command } from 'commander'

const root = new URL('../', import.meta.url)
const fromSource = existsSync(fileURLToPath(new URL('shared/errors/assay-error.ts', root)))
if (fromSource) (await import('tsx/esm/api')).register()

/** Loads one module of the product: its TypeScript where it stands beside us, else what was built from it. */
const load = path => import(new URL(fromSource ? `${path}.ts` : `dist/${path}.js`, root).href)

// A program is loaded only when it is asked for: each costs up to a second of start-up.
const programs = {
  up: {
    about: 'start a whole subnet on this machine: chain, miners, validators',
    from: 'owner/world/command',
    register: 'registerUpCommand',
  },
  miner: { about: 'serve inference and earn', from: 'miner/main', register: 'registerMinerCommands', group: true },
  validator: {
    about: 'query miners, verify, score, set weights',
    from: 'validator/main',
    register: 'registerValidatorCommands',
    group: true,
  },
  owner: { about: "a subnet owner's tools", from: 'owner/main', register: 'registerOwnerCommands', group: true },
  chain: {
    about: 'run the embedded chain, or look at any chain',
    from: 'shared/devchain/command',
    register: 'registerChainCommand',
    more: { from: 'shared/chain/commands/chain-info', register: 'registerChainInfoCommand' },
  },
  wallet: {
    about: 'create and show keys, show balances, stake',
    from: 'shared/identity/command',
    register: 'registerWalletCommand',
    more: { from: 'shared/chain/commands/wallet', register: 'registerWalletChainCommands' },
  },
  model: {
    about: 'add, verify, fetch and serve model weights',
    from: 'shared/models/commands/register-model-commands',
    register: 'registerModelCommands',
    group: true,
  },
  verify: {
    about: "repeat a validator's judgement from an exported bundle",
    from: 'validator/verify/command',
    register: 'registerVerifyCommand',
  },
  doctor: {
    about: 'try the engines of this host and compare it with what a subnet demands',
    from: 'shared/doctor/command',
    register: 'registerDoctorCommand',
  },
  metagraph: { about: 'show the neurons of a subnet', from: 'shared/chain/commands/metagraph', register: 'registerMetagraphCommand' },
  subnet: {
    about: 'create a subnet, register on it, set its hyperparameters',
    from: 'shared/chain/commands/subnet',
    register: 'registerSubnetCommands',
    group: true,
  },
}

const { version } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'))
const program = new Command('assay').description('Inference subnets whose every score can be replayed.').version(version)
// Usage errors exit with 2, so that scripts can tell them from a command that ran and found something.
program.exitOverride(error => process.exit(error.exitCode === 0 ? 0 : 2))
const asked = process.argv.slice(2).find(word => !word.startsWith('-'))

for (const [name, { about, from, register, group, more }] of Object.entries(programs)) {
  if (name !== asked) {
    program.command(name).description(about)
    continue
  }
  const module = await load(from)
  module[register](group ? program.command(name).description(about) : program)
  // Verbs of another room under the same name: keys know no chain, and the embedded chain is not every chain.
  if (more !== undefined) (await load(more.from))[more.register](program)
}

try {
  await program.parseAsync()
} catch (error) {
  const { formatError } = await load('shared/errors/format-error')
  process.stderr.write(`${formatError(error)}\n`)
  process.exitCode = error?.exitCode ?? 1
}
