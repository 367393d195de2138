import { defineErrors } from '../error-entry.ts'

const byMiner = { status: 422, blame: 'miner', retry: false } as const
const bySelf = { status: 500, blame: 'self', retry: false } as const

export const verifyErrors = defineErrors({
  VERIFY_CANARY: { sentence: 'The reference does not reproduce the known answers of {model}: {problem}.', ...bySelf },
  VERIFY_REFERENCE: { sentence: 'The reference run of {model} gave nothing to judge by: {problem}.', ...bySelf },
  VERIFY_INTERNAL: { sentence: 'The answer could not be judged: {problem}.', ...bySelf },
  VERIFY_SIGNATURE: { sentence: 'The receipt is not signed by the miner that was asked: {problem}.', ...byMiner },
  VERIFY_IDENTITY: { sentence: 'The receipt is for another exchange: {field} is {found}, expected {expected}.', ...byMiner },
  VERIFY_BYTES: { sentence: 'The bytes of {field} are not those that the receipt names.', ...byMiner },
  VERIFY_LATE: { sentence: 'The answer came at block {arrived}; it had to come before block {deadline}.', ...byMiner },
  VERIFY_MANIFEST: { sentence: 'The signed answer is of manifest {found}; manifest {expected} was asked for.', ...byMiner },
  VERIFY_REQUEST_MISMATCH: { sentence: 'The receipt states another request: {field} is {found}, expected {expected}.', ...byMiner },
  VERIFY_TOKENS: { sentence: 'The token ids are no answer: {problem}.', ...byMiner },
  VERIFY_TEXT: { sentence: 'The signed text is not what the signed token ids say.', ...byMiner },
  VERIFY_LOGPROBS: { sentence: 'The signed log-probabilities cannot be: {problem}.', ...byMiner },
  VERIFY_TIMES: { sentence: 'The signed times are out of order: received {received}, started {started}, finished {finished}.', ...byMiner },
  VERIFY_FINISH: { sentence: 'The answer did not finish by "{reason}": {problem}.', ...byMiner },
  VERIFY_AFTER_EOS: { sentence: 'The answer goes on after its end-of-sequence token at position {end}.', ...byMiner },
  VERIFY_AFTER_STOP: { sentence: 'The answer goes on after token {end}, with which a stop string was complete.', ...byMiner },
  VERIFY_SEQUENCE: { sentence: 'Two receipts of this miner for this validator bear the number {sequence}.', ...byMiner },
  VERIFY_IMPOSSIBLE_TOKEN: { sentence: 'The token at position {position} is one that the model does not choose.', ...byMiner },
  VERIFY_LIKELIHOOD: { sentence: 'The answer is more or less likely than answers of the model are.', ...byMiner },
  VERIFY_END_SUPPRESSED: { sentence: 'The answer goes on where the model would have ended.', ...byMiner },
  VERIFY_END_EARLY: { sentence: 'The answer ends where the model would have gone on.', ...byMiner },
  VERIFY_BUNDLE: {
    sentence: 'The bundle {file} cannot be judged: {problem}.',
    status: 422,
    blame: 'operator',
    retry: false,
    exitCode: 2,
    hint: 'Ask the validator for a fresh one: assay validator export --receipt ID.',
  },
  VERIFY_MODEL: {
    sentence: 'The folder {folder} holds the manifest {found}, but the answer was asked of {expected}.',
    status: 422,
    blame: 'operator',
    retry: false,
    exitCode: 2,
    hint: 'Name the folder of that artefact with --model.',
  },
})
