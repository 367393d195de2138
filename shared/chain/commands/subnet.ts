import type { Command } from 'commander'
import { Compile } from 'typebox/compile'
import { AssayError } from '../../errors/assay-error.ts'
import { findKeyAddress } from '../../identity/find-key-address.ts'
import { defineOptions } from '../../settings/option.ts'
import { formatAmount } from '../../util/format-amount.ts'
import { JsonInteger, toBigInt } from '../json-integer.ts'
import { addAction, netuidOption, repeatFlags, signingOptions } from './command-options.ts'
import { withCommandChain } from './open-command-chain.ts'
import { signCommand } from './sign-command.ts'
import { registerHyperparameterCommands } from './subnet-hyperparameters.ts'

const until = { until: 'finalised' } as const
const integer = Compile(JsonInteger)
const costCall = 'SubnetRegistrationRuntimeApi_get_network_registration_cost'
const onSubnet = defineOptions({ ...netuidOption, ...signingOptions })
const text = (description: string) => ({ type: 'string', unit: 'text', default: '', description }) as const
const identityOptions = defineOptions({
  ...onSubnet,
  name: { type: 'string', unit: 'text', required: true, description: 'name of the subnet' },
  githubRepo: text('where its code lies'),
  contact: text('how to reach the owner'),
  url: text('its web page'),
  discord: text('its Discord handle'),
  description: text('what it does'),
  logoUrl: text('its logo'),
  additional: text('anything else'),
})

/** Adds the verbs of `assay subnet`. */
export function registerSubnetCommands(subnet: Command): void {
  addAction(
    subnet.command('create').description('create a subnet; its owner is the coldkey'),
    signingOptions,
    async (settings, command) => {
      const hotkey = await findKeyAddress(settings)
      await withCommandChain(settings, async chain => {
        const cost = await chain.callRuntime(costCall, [])
        if (!integer.Check(cost)) throw new AssayError('CHAIN_DECODE', { call: costCall, problem: 'expected an integer' })
        const what = `create a subnet with owner hotkey ${hotkey} for ${formatAmount(toBigInt(cost))} TAO`
        const landed = await signCommand(chain, settings, what, coldkey => chain.submitRegisterNetwork(coldkey, hotkey, until))
        if (landed === null) return
        const [netuid] = Object.values(landed.events.find(event => event.name === 'SubtensorModule.NetworkAdded')?.fields ?? {})
        say(
          command,
          `Subnet ${netuid} was created in block ${landed.block.number}. Next: assay subnet start --netuid ${netuid}${repeatFlags(settings)}`,
        )
      })
    },
  )

  addAction(subnet.command('register').description("register the wallet's hotkey on a subnet"), onSubnet, async (settings, command) => {
    const { netuid } = settings
    const hotkey = await findKeyAddress(settings)
    await withCommandChain(settings, async chain => {
      const { registrationCostRao, neurons } = await chain.readMetagraph(netuid)
      const uid = neurons.find(neuron => neuron.hotkey === hotkey)?.uid
      if (uid !== undefined) return say(command, `${hotkey} is uid ${uid} of subnet ${netuid} already; nothing was signed.`)
      const what = `register ${hotkey} on subnet ${netuid} for about ${formatAmount(registrationCostRao)} TAO`
      const landed = await signCommand(chain, settings, what, coldkey => chain.submitBurnedRegister(coldkey, netuid, hotkey, until))
      if (landed === null) return
      const after = await chain.readMetagraph(netuid, landed.block.hash)
      say(command, `${hotkey} is uid ${after.neurons.find(neuron => neuron.hotkey === hotkey)?.uid} of subnet ${netuid}.`)
    })
  })

  addAction(subnet.command('start').description('start the emission of a subnet that you own'), onSubnet, async (settings, command) => {
    const { netuid } = settings
    await withCommandChain(settings, async chain => {
      const landed = await signCommand(chain, settings, `start subnet ${netuid}`, coldkey => chain.submitStartCall(coldkey, netuid, until))
      if (landed !== null) say(command, `Subnet ${netuid} was started in block ${landed.block.number}.`)
    })
  })

  addAction(subnet.command('identity').description('say who runs a subnet that you own'), identityOptions, async (settings, command) => {
    const { netuid, name, githubRepo, contact, url, discord, description, logoUrl, additional } = settings
    const args = [netuid, name, githubRepo, contact, url, discord, description, logoUrl, additional]
    await withCommandChain(settings, async chain => {
      const what = `give subnet ${netuid} the name ${JSON.stringify(name)}`
      const landed = await signCommand(chain, settings, what, coldkey =>
        chain.submitCall(coldkey, { pallet: 'subtensorModule', call: 'setSubnetIdentity', args }, until),
      )
      if (landed !== null) say(command, `Done in block ${landed.block.number}: ${what}.`)
    })
  })

  registerHyperparameterCommands(subnet.command('hyperparameters').description("read and set a subnet's hyperparameters"))
}

function say(command: Command, line: string): void {
  command.configureOutput().writeOut?.(`${line}\n`)
}
