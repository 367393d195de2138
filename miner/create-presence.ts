import type { AxonAddress, Metagraph } from '../shared/chain/chain-port.ts'
import type { KeyPair } from '../shared/identity/key-pair.ts'
import { decodeSs58 } from '../shared/identity/ss58.ts'
import type { Logger } from '../shared/observe/create-logger.ts'
import { buildCallers, type Callers } from './admission/callers.ts'
import type { TokenBudget } from './admission/token-budget.ts'
import { announceAxon, type TlsAnnouncement } from './chain/announce-axon.ts'
import { hasHotkey } from './chain/join-subnet.ts'
import type { MinerChain } from './chain/miner-chain.ts'

export interface PresenceOptions {
  readonly chain: Pick<MinerChain, 'submitServeAxon' | 'submitServeAxonTls'>
  readonly netuid: number
  readonly hotkey: KeyPair
  readonly minStakeRao: bigint
  readonly budget: TokenBudget
  readonly log: Logger
  readonly monotonicMs: () => number
}

/** What the last metagraph says of this miner and of who may call it. */
export interface Presence {
  callers(): Callers
  admits(hotkey: string): boolean
  registered(): boolean
  block(): number
  /** The last one that was taken over; null before. */
  metagraph(): Metagraph | null
  ageSeconds(): number
  admitted(): number
  /** Takes over a metagraph. */
  apply(metagraph: Metagraph): void
  /** Announces the address where the chain shows another; at most twice a minute. Throws MINER_AXON. */
  announce(metagraph: Metagraph, address: AxonAddress, signal: AbortSignal, tls?: TlsAnnouncement): Promise<void>
}

const announceEveryMs = 30_000

/** Follows this miner's place on the subnet. */
export function createPresence({ chain, netuid, hotkey, minStakeRao, budget, log, monotonicMs }: PresenceOptions): Presence {
  let callers: Callers = new Map()
  let registered = false
  let latest: Metagraph | null = null
  let admitted = 0
  let readAtMs = monotonicMs()
  let announceAtMs = Number.NEGATIVE_INFINITY
  return {
    callers: () => callers,
    admits: hotkey => {
      const caller = callers.get(hotkey)
      return caller !== undefined && 'share' in caller
    },
    registered: () => registered,
    block: () => latest?.block ?? 0,
    metagraph: () => latest,
    ageSeconds: () => (monotonicMs() - readAtMs) / 1_000,
    admitted: () => admitted,
    apply(metagraph) {
      callers = buildCallers(metagraph, { selfHotkey: hotkey.hotkey, minStakeRao, decodeAddress: decodeSs58 })
      const shares = new Map([...callers].flatMap(([address, caller]) => ('share' in caller ? [[address, caller.share] as const] : [])))
      budget.setShares(shares)
      const found = hasHotkey(metagraph, hotkey.hotkey)
      if (registered && !found) log.error({ block: metagraph.block }, 'the hotkey is no longer registered: nothing can be earned')
      if (shares.size !== admitted) log.info({ block: metagraph.block, callers: shares.size }, 'callers that are admitted')
      registered = found
      latest = metagraph
      admitted = shares.size
      readAtMs = monotonicMs()
    },
    async announce(metagraph, address, signal, tls) {
      if (monotonicMs() < announceAtMs) return
      // The time of a new attempt, unless this one finds that all is well.
      announceAtMs = monotonicMs() + announceEveryMs
      const announced = await announceAxon(metagraph, { chain, netuid, hotkey, address, ...(tls && { tls }), signal })
      if (announced) announceAtMs = Number.NEGATIVE_INFINITY
      else log.warn(address, 'the chain takes no new address yet; trying again')
    },
  }
}
