import type { SubmitOutcome } from '../../../shared/chain/chain-port.ts'
import { connectSubstrateChain, type SubstrateChain } from '../../../shared/chain/connect-substrate-chain.ts'
import { systemStorage } from '../../../shared/devchain/pallets/system.ts'
import { type RpcProxy, startRpcProxy } from '../rpc-proxy.ts'
import { people, type Refusal, type RefusalLab } from './refusal-lab.ts'

const submitMethod = 'author_submitAndWatchExtrinsic'
const era = 8

interface Between {
  readonly proxy: RpcProxy
  readonly chain: SubstrateChain
  pay(): Promise<SubmitOutcome>
}

/** The same client with a proxy in between, for what an honest pool says only where two others race or it is full. */
async function between(lab: RefusalLab, work: (between: Between) => Promise<SubmitOutcome>): Promise<SubmitOutcome> {
  const proxy = await startRpcProxy(lab.node.url)
  const chain = await connectSubstrateChain({ endpoint: proxy.endpoint, timeoutMs: 2_000 })
  const { charlie, stranger } = people()
  try {
    return await work({
      proxy,
      chain,
      pay: () => chain.submitTransfer(charlie, stranger.address, 1_000_000n, { until: 'included', eraBlocks: era }),
    })
  } finally {
    await chain.close()
    await proxy.close()
  }
}

/** A pool that answers every call with an error of its own. */
const answering = (code: number, message: string, data?: string) => (lab: RefusalLab) =>
  between(lab, ({ proxy, pay }) => {
    proxy.tampering.reply = (reply, method) =>
      method === submitMethod ? JSON.stringify({ jsonrpc: '2.0', id: reply.id, error: { code, message, data } }) : reply
    return pay()
  })

/** A pool that takes a call and later reports what became of it. */
const reporting = (status: unknown) => (lab: RefusalLab) =>
  between(lab, ({ proxy, pay }) => {
    proxy.tampering.request = ({ method }) => {
      if (method !== submitMethod) return 'pass'
      setImmediate(() => proxy.inject({ method: 'author_extrinsicUpdate', params: { subscription: 'watched', result: status } }))
      return { result: 'watched' }
    }
    return pay()
  })

/** What a pool says before and after it takes a call. */
export const poolRefusals = (): readonly Refusal[] => [
  {
    name: 'Stale',
    act: lab =>
      between(lab, async ({ proxy, pay }) => {
        await pay()
        proxy.tampering.request = ({ method }) => (method === 'system_accountNextIndex' ? { result: 0 } : 'pass')
        const elsewhere = await connectSubstrateChain({ endpoint: proxy.endpoint })
        const { charlie, stranger } = people()
        // Another client: this one knows its own nonces better than such a node.
        return elsewhere.submitTransfer(charlie, stranger.address, 1_000_000n, { until: 'included' }).finally(() => elsewhere.close())
      }),
  },
  {
    name: 'BadProof',
    act: lab =>
      between(lab, ({ proxy, pay }) => {
        const isHash = (params: unknown) => Array.isArray(params) && params.length === 1
        // The era is signed for another block than the one that the chain has at that height.
        proxy.tampering.request = ({ method, params }) =>
          method === 'chain_getHeader' && isHash(params) ? { result: { number: '0x7', parentHash: `0x${'00'.repeat(32)}` } } : 'pass'
        return pay()
      }),
  },
  {
    name: 'AncientBirthBlock',
    state: ctx => {
      for (const [key] of ctx.entries(systemStorage.BlockHash)) ctx.remove(systemStorage.BlockHash, ...key)
    },
    act: lab => between(lab, ({ pay }) => pay()),
  },
  { name: 'Future', act: answering(1010, 'Invalid Transaction', 'Transaction will be valid in the future') },
  { name: 'ExhaustsResources', act: answering(1010, 'Invalid Transaction', 'Transaction would exhaust the block limits') },
  { name: 'TemporarilyBanned', act: answering(1012, 'Transaction is temporarily banned') },
  { name: 'AlreadyImported', act: answering(1013, 'Transaction Already Imported', '0x00') },
  { name: 'PriorityTooLow', act: answering(1014, 'Priority is too low: (1 vs 1)') },
  { name: 'ImmediatelyDropped', act: answering(1016, 'Immediately Dropped') },
  { name: 'Dropped', act: reporting('dropped') },
  { name: 'Invalid', act: reporting('invalid') },
  { name: 'Usurped', act: reporting({ usurped: `0x${'00'.repeat(32)}` }) },
  {
    name: 'Expired',
    act: lab =>
      between(lab, ({ proxy, pay }) => {
        proxy.tampering.request = ({ method }) => {
          if (method !== submitMethod) return 'pass'
          // Nobody hears of the call; the blocks of its era pass, and become final.
          setImmediate(() => lab.node.newBlock(2 * era))
          return { result: 'swallowed' }
        }
        return pay()
      }),
  },
]
