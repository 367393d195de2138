import { connectSubstrateChain } from '../../shared/chain/connect-substrate-chain.ts'
import { connectionOf } from '../../shared/chain/connection-options.ts'
import { isAssayError } from '../../shared/errors/assay-error.ts'
import { waitForCrypto } from '../../shared/identity/crypto-ready.ts'
import { readHotkey } from '../../shared/identity/read-wallet.ts'
import { loadSubnet } from '../../shared/subnet/subnet-file.ts'
import { dataFolderOf } from '../data-folder-of.ts'
import { openExistingStore } from '../storage/open-store.ts'
import { readSetting } from '../storage/setting-table.ts'
import { readSettlementBefore } from '../storage/settlement-table.ts'
import type { ValidatorSettings } from '../validator.ts'
import { describePlan, type PlanReport } from '../weights/describe-plan.ts'
import { defaultSubnetFile } from './default-subnet-file.ts'
import { lookAtCommitment } from './look-at-commitment.ts'
import { lookAtWeights } from './look-at-weights.ts'
import { weightsSettings } from './weights-settings.ts'

/** Runs `assay validator plan`: looks at the chain and the journal as the validator does, sends nothing, and prints the plan. */
export async function planCommand(settings: ValidatorSettings, json: boolean, signal: AbortSignal): Promise<void> {
  await waitForCrypto()
  const { walletPath: path, walletName: name, walletHotkey, netuid } = settings
  const signer = await readHotkey({ path, name, hotkey: walletHotkey })
  const { scoringVersion } = await loadSubnet(settings.subnetFile ?? defaultSubnetFile())
  const store = openExistingStore(dataFolderOf(settings))
  try {
    const chain = await connectSubstrateChain({ ...connectionOf(settings), signal, onSlow: text => void process.stderr.write(`${text}\n`) })
    try {
      const stored = await readSettlementBefore(store, Number.MAX_SAFE_INTEGER)
      const scores: Record<string, number> = stored === null ? {} : JSON.parse(stored.scores)
      const head = await chain.readHead(signal)
      const parts = { store, chain, signer, netuid, settings: weightsSettings(settings, scoringVersion) }
      const look = await lookAtWeights(parts, new Map(Object.entries(scores)), head, signal)
      const master = new Uint8Array(Buffer.from((await readSetting(store, 'master-secret')) ?? '', 'hex'))
      const weightsAt = look.plan.stops.length === 0 ? look.plan.submitAt : null
      const commitment = await lookAtCommitment({ ...parts, master }, head, weightsAt, signal).catch(error => {
        if (isAssayError(error, 'CHAIN_UNSUPPORTED')) return null
        throw error
      })
      const report: PlanReport = {
        head: head.number,
        blockTimeMs: chain.blockTimeMs,
        round: stored?.round ?? null,
        plan: look.plan,
        vector: look.content?.vector ?? null,
        commitment:
          commitment === null
            ? null
            : { epoch: commitment.epoch, beginsAt: commitment.beginsAt, step: commitment.step, block: commitment.record?.block ?? null },
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
