import type { ConvictionStatement } from './conviction.ts'

/** A conviction in a sentence that a person understands. */
export function explainConviction({ round, untilBlock, reason, evidence, alpha, verdicts }: ConvictionStatement): string {
  const zero = `the score is zero before block ${untilBlock}`
  if (reason === 'fail') {
    const failed = verdicts.find(({ kind }) => kind === 'fail')
    return `convicted in round ${round.number} by a fail${failed === undefined ? '' : ` (${failed.code}, request ${failed.requestId})`}: ${zero}`
  }
  const waited = reason === 'pending' ? ', reached in an earlier round and held back while most miners failed' : ''
  return `convicted in round ${round.number} by evidence of ${evidence?.toExponential(1) ?? 'nothing'}, over the bound of ${1 / alpha}${waited}: ${zero}`
}
