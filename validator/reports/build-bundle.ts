import { AssayError } from '../../shared/errors/assay-error.ts'
import { type Bundle, parseBundle } from '../../shared/protocol/bundle.ts'
import { parserOf } from '../../shared/protocol/parser-of.ts'
import { SignedVerdict } from '../../shared/protocol/verdict-statement.ts'
import { epochSecret } from '../audit/epoch-secret.ts'
import { isDisclosed, readFinalCommitment } from '../storage/commitment-table.ts'
import { readExchange } from '../storage/exchange-table.ts'
import type { Store } from '../storage/open-store.ts'
import { readOpening } from '../storage/opening-table.ts'
import { readRevealedRound } from '../storage/read-revealed-round.ts'
import { readRound } from '../storage/round-table.ts'
import { readSettlement, readStatistics } from '../storage/settlement-table.ts'
import { findSignedVerdict } from '../storage/signed-verdict-table.ts'
import { readSubnetFile } from '../storage/subnet-table.ts'
import { withoutAddress } from '../verification/build-statement.ts'

const parseSigned = parserOf(SignedVerdict, 'PROTO_SHAPE', 'stored verdict')

/** Gathers what others need to judge one answer again; throws VALIDATOR_RECEIPT_UNKNOWN. What must stay secret yet is null. */
export async function buildBundle(store: Store, id: string, master: Uint8Array): Promise<Bundle> {
  const found = await findSignedVerdict(store, id)
  const [exchange, round] =
    found === null ? [null, null] : await Promise.all([readExchange(store, found.requestId), readRound(store, found.round)])
  if (found === null || exchange === null || round === null) throw new AssayError('VALIDATOR_RECEIPT_UNKNOWN', { id })
  const { epoch, number, scoringVersion } = round.round
  const verdict = parseSigned(JSON.parse(found.json))
  const { netuid, verdict: stated } = verdict.statement
  const [commitment, disclosed, revealed, settlement, statistics, opening] = await Promise.all([
    readFinalCommitment(store, epoch),
    isDisclosed(store, epoch),
    readRevealedRound(store),
    readSettlement(store, number),
    readStatistics(store, found.requestId),
    readOpening(store, found.requestId),
  ])
  const [secrets] = commitment?.fields ?? []
  const mayTellScores = disclosed && revealed !== null && revealed >= number && settlement !== null
  // Through the reader's own schema: what this validator writes, every verifier can read.
  return parseBundle({
    version: 'assay/bundle/1',
    exchange: withoutAddress(exchange),
    statistics: statistics === null ? null : JSON.parse(statistics),
    ...(opening !== null && { opening }),
    subnet: await readSubnetFile(store, scoringVersion),
    // One that came after the round began proves nothing; and a journal that was restored may know the block and not the fields.
    commitment:
      stated.commitmentBlock === null || secrets === undefined ? null : { block: stated.commitmentBlock, secretHash: secrets.slice(2, 66) },
    secret: disclosed ? Buffer.from(epochSecret(master, netuid, epoch)).toString('hex') : null,
    scores: mayTellScores ? JSON.parse(settlement.scores) : null,
    verdict,
  })
}
