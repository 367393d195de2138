import { contentDigest, promptDigest } from '../../../shared/protocol/content-digest.ts'
import { samplingOf } from '../../../shared/protocol/sampling-of.ts'
import type { Finding } from '../verdict.ts'
import type { ReceivedAnswer } from './answer.ts'
import { fail, pass } from './finding.ts'

/** Everything that the receipt says about the request is what was asked. */
export function checkRequest({ exchange, arrival: { receipt } }: ReceivedAnswer): Finding {
  const { ask, promptIds } = exchange
  const { manifestDigest, requestSeed, scope, choice } = ask.assay
  const sampling = samplingOf(ask)
  const prompt = promptDigest(promptIds)
  const content = contentDigest({ manifestDigest, promptDigest: prompt, sampling, scope })
  const stated: readonly (readonly [string, string | number, string | number])[] = [
    ['model', receipt.model, ask.model],
    ['temperature', receipt.sampling.temperature, sampling.temperature],
    ['topK', receipt.sampling.topK, sampling.topK],
    ['maxTokens', receipt.sampling.maxTokens, sampling.maxTokens],
    ['stop', JSON.stringify(receipt.sampling.stop ?? []), JSON.stringify(sampling.stop ?? [])],
    ['requestSeed', receipt.requestSeed, requestSeed],
    ['scope', receipt.scope, scope],
    ['choice', receipt.choice, choice],
    ['promptTokens', receipt.promptTokens, promptIds.length],
    ['promptDigest', receipt.promptDigest, prompt],
    ['contentDigest', receipt.contentDigest, content],
  ]
  for (const [field, found, expected] of stated) if (found !== expected) return fail('VERIFY_REQUEST_MISMATCH', { field, found, expected })
  return pass
}
