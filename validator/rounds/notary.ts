import { setImmediate } from 'node:timers/promises'
import type { Signer } from '../../shared/chain/chain-port.ts'
import { canonicalJson, type Json } from '../../shared/protocol/canonical-json.ts'
import { type ConvictingVerdict, convictionBytes } from '../../shared/protocol/conviction.ts'
import { digestJson } from '../../shared/protocol/digest-json.ts'
import { verdictBytes } from '../../shared/protocol/verdict-statement.ts'
import type { SubnetFile } from '../../shared/subnet/subnet-file.ts'
import { epochSecret } from '../audit/epoch-secret.ts'
import { verdictsByMiner } from '../scoring/settled-round.ts'
import type { ConvictionRow } from '../storage/conviction-table.ts'
import type { RoundRecord } from '../storage/round-table.ts'
import type { SignedRow } from '../storage/signed-verdict-table.ts'
import { buildConviction, type ConvictionDecision } from '../verification/build-conviction.ts'
import { buildStatement } from '../verification/build-statement.ts'
import type { Verdict } from '../verification/verdict.ts'
import type { JudgedRound } from './verifier.ts'

/** Signs what was decided, so that the validator can be held to it. */
export interface Notary {
  sign(round: RoundRecord, judged: JudgedRound, subnet: SubnetFile, scores: Readonly<Record<string, number>>): Promise<SignedRow[]>
  /** What convicts a miner, from the verdicts that were just signed. */
  convict(round: RoundRecord, settled: ConvictedRound, subnet: SubnetFile): ConvictionRow[]
}

export interface ConvictedRound {
  readonly block: number
  readonly convictions: readonly ConvictionDecision[]
  readonly verdicts: readonly Verdict[]
  readonly signed: readonly SignedRow[]
}

export interface NotaryParts {
  readonly signer: Pick<Signer, 'hotkey' | 'sign'>
  readonly master: Uint8Array
  readonly netuid: number
}

/** Signatures after which others get their turn: one costs some tenths of a millisecond. */
const stride = 16

/** Builds the notary of a validator's hotkey. */
export function buildNotary({ signer, master, netuid }: NotaryParts): Notary {
  return {
    async sign(round, { audited, judgements, referenceReady, earlier }, subnet, scores) {
      const secret = epochSecret(master, netuid, round.epoch)
      const rows: SignedRow[] = []
      for (const [index, { exchange, audited: drawn, opened = null }] of audited.answers.entries()) {
        const judgement = judgements[index]
        if (judgement === undefined) continue
        const { verdict, statistics } = judgement
        const statement = buildStatement({
          ...{ exchange, verdict, statistics, opened, drawn, round, subnet, scores, secret, netuid, referenceReady },
          beacons: audited.beacons,
          earlierReceiptDigest: earlier[verdict.requestId] ?? null,
          validator: signer.hotkey,
        })
        const signature = `0x${Buffer.from(signer.sign(verdictBytes(statement))).toString('hex')}`
        const { requestId, minerKey } = verdict
        const json = canonicalJson({ statement, signature } as unknown as Json)
        rows.push({ requestId, minerKey, receiptDigest: statement.receiptDigest, json })
        if (index % stride === stride - 1) await setImmediate()
      }
      return rows
    },
    convict(round, { block, convictions, verdicts, signed }, subnet) {
      if (convictions.length === 0) return []
      const byMiner = verdictsByMiner(verdicts)
      const rows = new Map(signed.map(row => [row.requestId, row]))
      return convictions.map(decision => {
        const listed = (byMiner.get(decision.key) ?? []).map(verdict => listVerdict(verdict, rows.get(verdict.requestId)))
        const statement = buildConviction({ decision, verdicts: listed, round, block, subnet, validator: signer.hotkey, netuid })
        const signature = `0x${Buffer.from(signer.sign(convictionBytes(statement))).toString('hex')}`
        return { miner: statement.miner, json: canonicalJson({ statement, signature } as unknown as Json) }
      })
    },
  }
}

function listVerdict({ requestId, kind, code, eValue, stream }: Verdict, row: SignedRow | undefined): ConvictingVerdict {
  // Written a moment ago, from a statement.
  const { statement } = JSON.parse(row?.json ?? '{}') as { statement?: Json }
  return { requestId, verdictDigest: digestJson(statement ?? null), receiptDigest: row?.receiptDigest ?? null, kind, code, eValue, stream }
}
