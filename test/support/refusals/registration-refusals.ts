import { commitmentsStorage } from '../../../shared/devchain/pallets/commitments/tables.ts'
import { storage } from '../../../shared/devchain/pallets/subtensor-module/storage.ts'
import { subnetAccount } from '../../../shared/devchain/pallets/subtensor-module/subnets/subnet-account.ts'
import { encodeSs58 } from '../../../shared/identity/ss58.ts'
import { accountOf, netuid, type People, people, type Refusal, type RefusalLab, tao } from './refusal-lab.ts'

const included = { until: 'included' } as const
const register = (lab: RefusalLab, who: (all: People) => { readonly hotkey: string }, to = netuid) =>
  lab.chain.submitBurnedRegister(people().bob, to, who(people()).hotkey, included)
const rootRegister = (lab: RefusalLab) => lab.send(people().bob, 'subtensorModule.rootRegister', people().bobHot.hotkey)

/** Getting a uid, by every way. */
export const registrationRefusals = (): readonly Refusal[] => [
  { name: 'RegistrationNotPermittedOnRootSubnet', act: lab => register(lab, ({ stranger }) => stranger, 0) },
  { name: 'SubnetNotExists', act: lab => register(lab, ({ stranger }) => stranger, 99) },
  {
    name: 'SubNetRegistrationDisabled',
    state: ctx => ctx.set(storage.NetworkRegistrationAllowed, netuid, false),
    act: lab => register(lab, ({ stranger }) => stranger),
  },
  { name: 'HotKeyAlreadyRegisteredInSubNet', act: lab => register(lab, ({ bobHot }) => bobHot) },
  {
    name: 'NotEnoughBalanceToStake',
    state: ctx => {
      ctx.set(storage.MaxBurn, netuid, 1n << 60n)
      ctx.set(storage.Burn, netuid, 1n << 60n)
    },
    act: lab => register(lab, ({ stranger }) => stranger),
  },
  {
    name: 'NonAssociatedColdKey',
    state: ctx => ctx.set(storage.Owner, accountOf(people().stranger), accountOf(people().charlie)),
    act: lab => register(lab, ({ stranger }) => stranger),
  },
  {
    name: 'CannotUseSystemAccount',
    act: lab => register(lab, () => ({ hotkey: encodeSs58(Buffer.from(subnetAccount(netuid).slice(2), 'hex')) })),
  },
  {
    name: 'NoNeuronIdAvailable',
    state: ctx => ctx.set(storage.MaxAllowedUids, netuid, 0),
    act: lab => register(lab, ({ stranger }) => stranger),
  },
  {
    name: 'RegistrationPriceLimitExceeded',
    act: lab => lab.send(people().bob, 'subtensorModule.registerLimit', netuid, people().stranger.hotkey, 1),
  },
  {
    name: 'ReservesTooLow',
    state: ctx => ctx.set(storage.SubnetAlphaIn, netuid, 0n),
    act: lab => register(lab, ({ stranger }) => stranger),
  },
  {
    name: 'SwapInputTooLarge',
    state: ctx => {
      ctx.set(storage.SubnetTAO, netuid, 2_000_000n)
      ctx.set(storage.Burn, netuid, 50n * tao)
    },
    act: lab => register(lab, ({ stranger }) => stranger),
  },
  { name: 'TooManyRegistrationsThisBlock', state: ctx => ctx.set(storage.MaxRegistrationsPerBlock, 0, 0), act: rootRegister },
  { name: 'TooManyRegistrationsThisInterval', state: ctx => ctx.set(storage.TargetRegistrationsPerInterval, 0, 0), act: rootRegister },
  { name: 'StakeTooLowForRoot', state: ctx => ctx.set(storage.MaxAllowedUids, 0, 0), act: rootRegister },
]

const publicIp = 0x08080808
const loopback = 0x7f000001
const serve = (lab: RefusalLab, { ip = publicIp, port = 8091, ipType = 4, who = people().charlieHot } = {}) =>
  lab.send(who, 'subtensorModule.serveAxon', netuid, 1, ip, port, ipType, 4, 0, 0)

/** Saying where a neuron answers, and publishing data about it. */
export const servingRefusals = (): readonly Refusal[] => [
  { name: 'HotKeyNotRegisteredInNetwork', act: lab => serve(lab, { who: people().stranger }) },
  { name: 'BadRequest', act: lab => serve(lab, { ipType: 5 }) },
  {
    name: 'InvalidIpType',
    act: lab => lab.sendBatched(people().charlieHot, 'subtensorModule.serveAxon', netuid, 1, publicIp, 8091, 5, 4, 0, 0),
  },
  { name: 'InvalidIpAddress', act: lab => serve(lab, { ip: loopback }) },
  {
    name: 'InvalidPort',
    act: lab => lab.send(people().charlieHot, 'subtensorModule.serveAxonTls', netuid, 1, publicIp, 0, 4, 4, 0, 0, '0x0102'),
  },
  {
    name: 'ServingRateLimitExceeded',
    state: ctx => {
      const rest = { version: 1, ip: 1n, port: 1, ip_type: 4, protocol: 4, placeholder1: 0, placeholder2: 0 }
      ctx.set(storage.ServingRateLimit, netuid, 1_000n)
      ctx.set(storage.Axons, netuid, accountOf(people().charlieHot), { block: BigInt(ctx.block), ...rest })
    },
    act: lab => lab.chain.submitServeAxon(people().charlieHot, netuid, { host: '10.1.2.3', port: 80 }, included),
  },
  { name: 'AccountNotAllowedCommit', act: lab => commit(lab, people().stranger) },
  { name: 'SpaceLimitExceeded', state: ctx => ctx.set(commitmentsStorage.MaxSpace, 10), act: lab => commit(lab, people().bobHot) },
]

function commit(lab: RefusalLab, who: People['bob']) {
  return lab.send(who, 'commitments.setCommitment', netuid, { fields: [{ Raw4: '0x01020304' }] })
}
