import type { SubstrateChain } from '../../shared/chain/connect-substrate-chain.ts'
import { type KeyPair, pairFromUri } from '../../shared/identity/key-pair.ts'
import { changeBySudo, foundSubnet, succeeded } from '../contracts/prepare-subnet.ts'
import { readStoredEpoch, type StoredEpoch } from '../support/stored-epoch.ts'
import { type DrawnEpoch, neuronCount } from './draw-epochs.ts'

/** The rules that a subnet's epochs follow. */
export interface EpochRules {
  readonly name: string
  readonly yuma3: boolean
  readonly liquidAlpha: boolean
  readonly bondsPenalty: number
}

/** A chain whose blocks come from dev_newBlock alone. Its shortest tempo that leaves blocks between two epochs differs. */
export interface Stage {
  readonly chain: SubstrateChain
  readonly tempo: number
}

const included = { until: 'included' } as const
/** What a block has no room for is thrown away by the real runtime's host, which keeps no pool like a node's. */
const registrationsAtOnce = 4
const pauseMs = 50
const poolWithinMs = 60_000
const maxBlocksPerEpoch = 20

const pause = () => new Promise(resolve => setTimeout(resolve, pauseMs))

/** Makes blocks until some work that waits for them is done. */
export async function withBlocks<T>(chain: SubstrateChain, work: Promise<T>): Promise<T> {
  let done = false
  const end = () => {
    done = true
  }
  work.then(end, end)
  while (!done) {
    await chain.callRpc('dev_newBlock', [{ count: 1 }])
    await pause()
  }
  return work
}

/** Founds a subnet of 24 neurons with the given rules: the owner, then 23 hotkeys of //Bob, in the order of their uids. */
export async function foundStage({ chain, tempo }: Stage, rules: EpochRules, hotkeys: readonly KeyPair[]): Promise<number> {
  const [alice, bob] = [pairFromUri('//Alice'), pairFromUri('//Bob')]
  const [owner, ...others] = hotkeys
  const netuid = await withBlocks(chain, foundSubnet(chain, alice, owner?.hotkey ?? ''))
  // Newer runtimes have no such limits any more, only a price.
  await chain.callRpc('dev_setStorage', [registrationLimits(chain, netuid)])
  for (let first = 0; first < others.length; first += registrationsAtOnce) {
    const some = others.slice(first, first + registrationsAtOnce)
    await withBlocks(
      chain,
      Promise.all(some.map(async ({ hotkey }) => succeeded(await chain.submitBurnedRegister(bob, netuid, hotkey, included)))),
    )
  }
  await withBlocks(
    chain,
    changeBySudo(
      chain,
      alice,
      ['sudoSetYuma3Enabled', netuid, rules.yuma3],
      ['sudoSetLiquidAlphaEnabled', netuid, rules.liquidAlpha],
      ['sudoSetBondsPenalty', netuid, rules.bondsPenalty],
      ['sudoSetBondsMovingAverage', netuid, 900_000],
      ['sudoSetKappa', netuid, 32_767],
      ['sudoSetMaxAllowedValidators', netuid, 5],
      ['sudoSetTempo', netuid, tempo],
    ),
  )
  return netuid
}

function registrationLimits({ specVersion }: SubstrateChain, netuid: number) {
  const limits = { TargetRegistrationsPerInterval: [[[netuid], 100]], MaxRegistrationsPerBlock: [[[netuid], 100]] }
  return { SubtensorModule: specVersion < 400 ? limits : {} }
}

/** Lets the validators set their weights, all in one block, right after an epoch. */
export async function setWeights({ chain }: Stage, netuid: number, { weights }: DrawnEpoch, hotkeys: readonly KeyPair[]): Promise<void> {
  const sent = Promise.all(
    weights.map(async ({ uid, uids, values }) => {
      const hotkey = hotkeys[uid]
      if (hotkey === undefined) throw new Error(`no hotkey for uid ${uid}`)
      succeeded(await chain.submitWeights(hotkey, { netuid, uids, values, versionKey: 0n }, included))
    }),
  )
  let failure: unknown
  sent.catch((error: unknown) => {
    failure = error
  })
  const endMs = performance.now() + poolWithinMs
  while (failure === undefined) {
    const pending = await chain.callRpc('author_pendingExtrinsics', [])
    const held = Array.isArray(pending) ? pending.length : 0
    if (held === weights.length) break
    if (performance.now() > endMs) throw new Error(`the pool holds ${held} calls and not the weights of all ${weights.length} validators`)
    await pause()
  }
  if (failure !== undefined) throw failure
  await chain.callRpc('dev_newBlock', [{ count: 1 }])
  await sent
}

/** Pins what the two economies and schedules would make unequal, then makes blocks until an epoch ran. Gives what it stored. */
export async function runPinnedEpoch(
  { chain }: Stage,
  netuid: number,
  epoch: DrawnEpoch,
  hotkeys: readonly KeyPair[],
): Promise<StoredEpoch> {
  const readStep = async () => Number(await chain.readStorage('subtensorModule', 'lastMechansimStepBlock', [netuid]))
  await chain.callRpc('dev_setStorage', [
    {
      SubtensorModule: {
        TotalHotkeyAlpha: hotkeys.map(({ address }, uid) => [[address, netuid], String(epoch.stakeRao[uid] ?? 0n)]),
        LastUpdate: [[[netuid], epoch.lastUpdate]],
        BlockAtRegistration: epoch.registeredAt.map((block, uid) => [[netuid, uid], block]),
      },
    },
  ])
  const before = await readStep()
  for (let made = 1; made <= maxBlocksPerEpoch; made++) {
    const hash = String(await chain.callRpc('dev_newBlock', [{ count: 1 }]))
    if ((await readStep()) !== before) return readStoredEpoch(chain, netuid, neuronCount, hash)
  }
  throw new Error(`no epoch ran within ${maxBlocksPerEpoch} blocks`)
}
