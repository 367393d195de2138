import { minerAddress } from '../../owner/world/assert-addresses.ts'
import type { CastMiner } from '../../owner/world/build-report.ts'
import type { World } from '../../owner/world/start-world.ts'
import { createHotkey } from '../../shared/identity/create-wallet.ts'
import { readColdkey } from '../../shared/identity/read-wallet.ts'
import type { MinerHost } from './host-miners.ts'

/** A miner with the arguments that it was started with. */
export interface Convict {
  readonly miner: CastMiner
  readonly args: readonly string[]
  /** Folder of the world's wallets. */
  readonly wallets: string
  /** Number of its next address. */
  readonly place: number
}

/** Registers a new hotkey under a convict's own coldkey and starts its miner again with it; resolves when that serves. */
export async function returnConvict(
  { chain, netuid }: Pick<World, 'chain' | 'netuid'>,
  { miner, args, wallets, place }: Convict,
  host: MinerHost,
  signal: AbortSignal,
): Promise<{ readonly miner: CastMiner; stop(): Promise<void> }> {
  const { role } = miner
  const wallet = { path: wallets, name: role.name, hotkey: 'second' }
  const { address } = await createHotkey(wallet)
  const outcome = await chain.submitBurnedRegister(await readColdkey(wallet), netuid, address, { until: 'included', signal })
  if (outcome.status === 'failed' || outcome.status === 'refused') throw new Error(`no second registration: ${outcome.error}`)
  const again = replaced(args, {
    '--wallet-hotkey': () => 'second',
    '--axon-host': () => minerAddress(place),
    '--data-folder': folder => `${folder}-again`,
  })
  const { stop } = await host.start(again, signal)
  return { miner: { role: { ...role, name: `${role.name}-again` }, hotkey: address }, stop }
}

function replaced(args: readonly string[], changes: Readonly<Record<string, (value: string) => string>>): string[] {
  return args.map((arg, index) => changes[args[index - 1] ?? '']?.(arg) ?? arg)
}
