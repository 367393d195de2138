import { createHash } from 'node:crypto'
import { parseProof } from '../../../shared/proof/toploc/encode-proof.ts'
import { unpackOpening } from '../../../shared/protocol/pack-opening.ts'
import type { Finding } from '../verdict.ts'
import type { OpenedAnswer, ScoredAnswer } from './answer.ts'
import { fail, inconclusive, pass } from './finding.ts'

/** The TOPLOC proofs that the miner signed are those that its receipt names, one for each chunk, and each is one: right length, a modulus from 1 to 65,497, coefficients of the field. */
export function checkTopLoc({ exchange, arrival: { receipt }, tokenIds, opened }: OpenedAnswer): Finding {
  const { arrival, hiddenSize } = opened
  const { toploc } = exchange.ask.assay
  if (arrival.kind === 'none' || toploc === undefined || receipt.toplocDigest === null) return pass
  const proofs = unpackOpening(arrival.statement)?.topLoc ?? null
  if (proofs === null) return pass
  const hash = createHash('sha256')
  for (const proof of proofs) hash.update(proof)
  if (hash.digest('hex') !== receipt.toplocDigest) return fail('VERIFY_TOPLOC', { problem: 'digest', chunk: null })
  const chunks = Math.ceil(tokenIds.length / toploc.chunkRows)
  if (proofs.length !== chunks) return fail('VERIFY_TOPLOC', { problem: `${proofs.length} proofs of ${chunks}`, chunk: null })
  const malformed = proofs.findIndex((proof, chunk) => {
    const rows = Math.min(toploc.chunkRows, tokenIds.length - chunk * toploc.chunkRows)
    return parseProof(proof, Math.min(toploc.k, rows * hiddenSize)) === null
  })
  return malformed < 0 ? pass : fail('VERIFY_TOPLOC', { problem: 'malformed', chunk: malformed })
}

/** Means over the chunks of the three differences; mantissas over the chunks that have any. */
export interface TopLocMeans {
  readonly exponentMismatches: number
  /** 127, the largest there is, where no exponent agrees anywhere. */
  readonly mantissaMean: number
  readonly mantissaMedian: number
}

/** What an answer's chunks come to: means, because single chunks of an honest answer stray far (short ones most of all); null where no proof was opened. */
export function topLocMeans(differences: ArrayLike<number> | undefined): TopLocMeans | null {
  const values = Array.from(differences ?? [])
  const column = (at: number, most: number) =>
    values.filter((_, place) => place % 3 === at && !Number.isNaN(values[place])).map(value => Math.min(value, most))
  const mean = (list: readonly number[]) => list.reduce((sum, value) => sum + value, 0) / list.length
  const exponents = column(0, Number.MAX_SAFE_INTEGER)
  if (exponents.length === 0) return null
  return { exponentMismatches: mean(exponents), mantissaMean: mean(column(1, 127)), mantissaMedian: mean(column(2, 127)) }
}

/** The proven values are those of the reference, as far as honest machines agree. A record, and numbers for the evidence; no conviction by itself. */
export function checkTopLocDistance({ statistics, terms }: ScoredAnswer): Finding {
  const means = topLocMeans(statistics.topLoc)
  const bounds = terms.proofBounds?.toploc
  if (means === null || bounds === undefined) return pass
  for (const name of ['exponentMismatches', 'mantissaMean', 'mantissaMedian'] as const)
    if (means[name] > bounds[name]) return inconclusive('VERIFY_TOPLOC_DISTANCE', { figure: name, found: means[name], bound: bounds[name] })
  return pass
}
