import { setImmediate } from 'node:timers/promises'
import type { Signer } from '../../shared/chain/chain-port.ts'
import { canonicalJson, type Json } from '../../shared/protocol/canonical-json.ts'
import { verdictBytes } from '../../shared/protocol/verdict-statement.ts'
import type { SubnetFile } from '../../shared/subnet/subnet-file.ts'
import { epochSecret } from '../audit/epoch-secret.ts'
import type { RoundRecord } from '../storage/round-table.ts'
import type { SignedRow } from '../storage/signed-verdict-table.ts'
import { buildStatement } from '../verification/build-statement.ts'
import type { JudgedRound } from './verifier.ts'

/** Signs what was decided, so that the validator can be held to it. */
export interface Notary {
  sign(round: RoundRecord, judged: JudgedRound, subnet: SubnetFile, scores: Readonly<Record<string, number>>): Promise<SignedRow[]>
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
      for (const [index, { exchange, audited: drawn }] of audited.answers.entries()) {
        const judgement = judgements[index]
        if (judgement === undefined) continue
        const { verdict, statistics } = judgement
        const statement = buildStatement({
          ...{ exchange, verdict, statistics, drawn, round, subnet, scores, secret, netuid, referenceReady },
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
  }
}
