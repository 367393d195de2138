import { ed25519Algorithm } from '../../shared/chain/neuron-certificate.ts'
import { createTlsKey, type TlsKey } from '../../shared/identity/tls-key.ts'
import type { RoundMiner } from '../../validator/challenge/drawn-request.ts'
import { type AskContext, askMiner } from '../../validator/query/ask-miner.ts'
import type { Arrival } from '../../validator/query/exchange.ts'
import { openDialer } from '../../validator/query/open-dialer.ts'
import { createSessionBook } from '../../validator/query/session-book.ts'
import { type FakeMinerChain, fakeMinerChain } from './fake-miner-chain.ts'
import { genesisHash } from './session-lab.ts'
import { chatAsk } from './signed-ask.ts'
import { castNeurons, openCast, startTestMiner, type TestMiner } from './test-miner.ts'

/** A miner with a TLS port, its chain, and the keys that validators have committed to there. */
export interface TlsLab {
  readonly miner: TestMiner
  readonly chain: FakeMinerChain
  /** The first validator's. */
  readonly validatorKey: TlsKey
  /** The miner as a validator knows it: its TLS address and the key on chain. */
  asKnown(changes?: Partial<RoundMiner>): RoundMiner
  /** One request of the first validator, with that key or none. */
  ask(key: TlsKey | undefined, miner?: RoundMiner, context?: Partial<AskContext>): Promise<Arrival>
  close(): Promise<void>
}

export async function openTlsLab(flags: Readonly<Record<string, unknown>> = {}): Promise<TlsLab> {
  const cast = await openCast()
  const chain = fakeMinerChain(castNeurons(cast))
  const validatorKey = createTlsKey()
  chain.certificates.set(cast.validator.hotkey, { algorithm: ed25519Algorithm, publicHex: validatorKey.publicHex })
  const miner = await startTestMiner({
    modules: { connectChain: async () => chain },
    flags: { tlsPort: 0, refreshSeconds: 0.05, ...flags },
  })
  const closers: Array<() => Promise<void>> = []
  const lab: TlsLab = {
    ...{ miner, chain, validatorKey },
    asKnown(changes = {}) {
      const { host, port } = miner.running.axon
      const tlsKey = chain.certificates.get(cast.miner.hotkey)?.publicHex ?? null
      const { hotkey, coldkey } = cast.miner
      return { uid: 2, hotkey, coldkey, registeredAtBlock: 7, host, port, tlsKey, ...changes }
    },
    async ask(key, to = lab.asKnown(), context = {}) {
      const timeouts = { connectTimeoutMs: 5_000, headersTimeoutMs: 10_000, idleTimeoutMs: 10_000 }
      const dispatcher = openDialer({ allowPrivate: true, ...timeouts, connectionsPerMiner: 4, ...(key && { tls: key }) })
      closers.push(() => dispatcher.destroy())
      const signer = cast.validator
      const sessions = createSessionBook({ dispatcher, signer, netuid: 2, genesisHash })
      const parts = { dispatcher, signer, sessions, capBytes: 4_194_304, headNumber: () => 90, ...context }
      return askMiner(to, chatAsk(miner.model.manifestDigest), parts, new AbortController().signal)
    },
    async close() {
      for (const close of closers) await close()
      await miner.stop()
    },
  }
  return lab
}
