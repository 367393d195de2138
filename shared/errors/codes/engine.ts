import { defineErrors } from '../error-entry.ts'

export const engineErrors = defineErrors({
  ENGINE_CLOSED: { sentence: 'The engine of {model} is closed.', status: 503, blame: 'self', retry: true },
  ENGINE_CRASHED: {
    sentence: 'The engine of {model} died: {problem}.',
    status: 503,
    blame: 'self',
    retry: true,
  },
  ENGINE_START: {
    sentence: 'The engine of {model} did not start: {problem}.',
    status: 500,
    blame: 'operator',
    retry: false,
    hint: 'Check the model folder with assay model, and the memory that is left on this machine.',
  },
  ENGINE_RUN: { sentence: 'The engine of {model} could not run its graph: {problem}.', status: 500, blame: 'self', retry: true },
  ENGINE_BUSY: { sentence: 'The engine of {model} has {limit} calls waiting already.', status: 503, blame: 'self', retry: true },
  ENGINE_CONTEXT: {
    sentence: 'The prompt and answer have {length} tokens, but {model} has a context of {limit}.',
    status: 400,
    blame: 'caller',
    retry: false,
    hint: 'Send a prompt of at least one token that leaves place for the answer.',
  },
  ENGINE_TOKEN_ID: {
    sentence: 'The token id {id} is not in the vocabulary of {model}, which has {limit} ids.',
    status: 400,
    blame: 'caller',
    retry: false,
  },
  ENGINE_NOISE_KEY: { sentence: 'A noise key has 32 bytes, this one has {length}.', status: 500, blame: 'self', retry: false },
  ENGINE_LOGITS: {
    sentence: 'The model gave logits that are no numbers at position {position}.',
    status: 500,
    blame: 'self',
    retry: false,
  },
  ENGINE_PROVIDER: { sentence: 'There is no provider {name}; expected one of {known}.', status: 400, blame: 'operator', retry: false },
  ENGINE_PLUGIN: {
    sentence: 'The engine plug-in {file} cannot be used: {problem}.',
    status: 400,
    blame: 'operator',
    retry: false,
    hint: 'A plug-in is a .ts or .js module that exports createEngine(context).',
  },
})
