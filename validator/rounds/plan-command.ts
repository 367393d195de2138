import { connectSubstrateChain } from '../../shared/chain/connect-substrate-chain.ts'
import { connectionOf } from '../../shared/chain/connection-options.ts'
import { waitForCrypto } from '../../shared/identity/crypto-ready.ts'
import { readHotkey } from '../../shared/identity/read-wallet.ts'
import { openExistingStore } from '../storage/open-store.ts'
import { readSettlementBefore } from '../storage/settlement-table.ts'
import type { ValidatorSettings } from '../validator.ts'
import { describePlan, type PlanReport } from '../weights/describe-plan.ts'
import { lookAtWeights } from './look-at-weights.ts'
import { weightsSettings } from './weights-settings.ts'

/** Runs `assay validator plan`: looks at the chain and the journal as the validator does, sends nothing, and prints the plan. */
export async function planCommand(settings: ValidatorSettings, json: boolean, signal: AbortSignal): Promise<void> {
  await waitForCrypto()
  const { walletPath: path, walletName: name, walletHotkey, netuid } = settings
  const signer = await readHotkey({ path, name, hotkey: walletHotkey })
  const store = openExistingStore(settings.dataFolder)
  try {
    const chain = await connectSubstrateChain({ ...connectionOf(settings), signal })
    try {
      const stored = await readSettlementBefore(store, Number.MAX_SAFE_INTEGER)
      const scores: Record<string, number> = stored === null ? {} : JSON.parse(stored.scores)
      const head = await chain.readHead(signal)
      const parts = { store, chain, signer, netuid, settings: weightsSettings(settings) }
      const look = await lookAtWeights(parts, new Map(Object.entries(scores)), head, signal)
      const report: PlanReport = {
        head: head.number,
        blockTimeMs: chain.blockTimeMs,
        round: stored?.round ?? null,
        plan: look.plan,
        vector: look.content?.vector ?? null,
        foreign: look.reconciliation.foreign,
        pending: look.intents
          .filter(({ status }) => status === 'sent' || status === 'included')
          .map(({ status, sentBlock }) => ({ status, sentBlock })),
      }
      process.stdout.write(json ? `${JSON.stringify(report, null, 2)}\n` : `${describePlan(report).join('\n')}\n`)
    } finally {
      await chain.close()
    }
  } finally {
    store.close()
  }
}
