import type { Finding } from '../verdict.ts'
import type { ReceivedAnswer } from './answer.ts'
import { fail, pass } from './finding.ts'

/** The miner states the manifest that it was asked for; a superseded one is another model. */
export function checkManifest({ exchange, arrival: { receipt } }: ReceivedAnswer): Finding {
  const expected = exchange.ask.assay.manifestDigest
  return receipt.manifestDigest === expected ? pass : fail('VERIFY_MANIFEST', { found: receipt.manifestDigest, expected })
}
