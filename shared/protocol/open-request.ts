import { type Static, type TSchema, Type } from 'typebox'
import { Compile } from 'typebox/compile'
import { AssayError } from '../errors/assay-error.ts'
import { type ChatMessage, TopCount } from './ask.ts'
import { firstProblem } from './first-problem.ts'
import { StopStrings } from './sampling.ts'

/** A request as OpenAI's clients send it, read into one form: what a user wants, without anything that would let it be verified. */
export interface OpenRequest {
  readonly model: string
  /** What is continued: one chat, or plain prompts. */
  readonly sources: readonly ({ readonly messages: readonly ChatMessage[] } | { readonly prompt: string | readonly number[] })[]
  readonly temperature: number
  readonly topK: number
  /** Null: as many as the context leaves. */
  readonly maxTokens: number | null
  readonly stop: readonly string[]
  /** Null: drawn anew for every request. */
  readonly seed: number | null
  /** Answers to each source. */
  readonly n: number
  readonly stream: boolean
  readonly includeUsage: boolean
  /** Likeliest tokens to tell at each position; null where no log-probabilities are wanted. */
  readonly topLogProbs: number | null
}

/** Answers that one request may ask for. */
export const maxChoices = 16

/** A parameter may be null, which means that it was not given. */
const given = <S extends TSchema>(schema: S) => Type.Optional(Type.Union([schema, Type.Null()]))
const text = Type.String({ maxLength: 1_000_000 })
const count = Type.Integer({ minimum: 1, maximum: 131_072 })
const ids = Type.Array(Type.Integer({ minimum: 0, maximum: 0x7fff_ffff }), { minItems: 1, maxItems: 131_072 })

const common = {
  model: Type.String({ minLength: 1, maxLength: 200 }),
  temperature: given(Type.Number({ minimum: 0, maximum: 2 })),
  top_k: given(Type.Integer({ minimum: -1, maximum: 1_000_000 })),
  max_tokens: given(count),
  stop: given(Type.Union([Type.Literal(''), StopStrings.items, Type.Array(Type.Unknown(), { maxItems: 0 }), StopStrings])),
  seed: given(Type.Integer({ minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER })),
  n: given(Type.Integer({ minimum: 1, maximum: maxChoices })),
  stream: given(Type.Boolean()),
  stream_options: given(Type.Object({ include_usage: given(Type.Boolean()) })),
}
const Body = Type.Object(common)
const Part = Type.Object({ type: Type.Literal('text'), text })
const Message = Type.Object({
  role: Type.Union([Type.Literal('system'), Type.Literal('developer'), Type.Literal('user'), Type.Literal('assistant')]),
  content: given(Type.Union([text, Type.Array(Part, { maxItems: 1_000 })])),
})
const ChatBody = Type.Object({
  ...common,
  messages: Type.Array(Message, { minItems: 1, maxItems: 1_000 }),
  max_completion_tokens: given(count),
  logprobs: given(Type.Boolean()),
  top_logprobs: given(TopCount),
})
const prompts = { minItems: 1, maxItems: maxChoices }
const CompletionBody = Type.Object({
  ...common,
  prompt: Type.Union([text, Type.Array(text, prompts), ids, Type.Array(ids, prompts)]),
  logprobs: given(TopCount),
})

/** Parameters that would change the answer and that nothing here can follow, each with the values that change nothing. */
const neutral: Readonly<Record<string, (value: unknown) => boolean>> = {
  top_p: value => value === 1,
  min_p: value => value === 0,
  typical_p: value => value === 1,
  frequency_penalty: value => value === 0,
  presence_penalty: value => value === 0,
  repetition_penalty: value => value === 1,
  logit_bias: value => isEmpty(value),
  best_of: value => value === 1,
  echo: value => value === false,
  suffix: value => value === '',
  tools: value => isEmpty(value),
  tool_choice: value => value === 'none' || value === 'auto',
  functions: value => isEmpty(value),
  function_call: value => value === 'none' || value === 'auto',
  response_format: value => memberOf(value, 'type') === 'text',
  modalities: value => Array.isArray(value) && value.length === 1 && value[0] === 'text',
  audio: () => false,
  web_search_options: () => false,
}

/** The chat that a body asks for; what is unknown and harmless is passed over. Throws PROTO_PARAMETER, which names the parameter. */
export function parseOpenChat(value: unknown): OpenRequest {
  const body = parse(chatBody, value)
  const messages = body.messages.map(
    ({ role, content }): ChatMessage => ({
      role: role === 'developer' ? 'system' : role,
      content: typeof content === 'string' ? content : (content ?? []).map(part => part.text).join(''),
    }),
  )
  if (body.top_logprobs != null && body.logprobs !== true) throw refusal('top_logprobs', 'needs logprobs to be true')
  return {
    ...readCommon(body),
    sources: [{ messages }],
    maxTokens: body.max_completion_tokens ?? body.max_tokens ?? null,
    topLogProbs: body.logprobs === true ? (body.top_logprobs ?? 0) : null,
  }
}

/** Tokens of a plain completion where nobody says how many: the field's own default. */
const defaultCompletionTokens = 16

/** The same of a plain completion, with one prompt or several. */
export function parseOpenCompletion(value: unknown): OpenRequest {
  const body = parse(completionBody, value)
  const request = readCommon(body)
  const sources = promptsOf(body.prompt).map(prompt => ({ prompt }))
  if (sources.length * request.n > maxChoices) throw refusal('n', `times the number of prompts must be at most ${maxChoices}`)
  return { ...request, sources, maxTokens: body.max_tokens ?? defaultCompletionTokens, topLogProbs: body.logprobs ?? null }
}

const chatBody = Compile(ChatBody)
const completionBody = Compile(CompletionBody)
const lists = { stop: Compile(common.stop), prompt: Compile(CompletionBody.properties.prompt) }

interface Validator<T> {
  Check(value: unknown): value is T
  Errors(value: unknown): { instancePath: string; message: string }[]
}

function parse<T>(validator: Validator<T>, value: unknown): T {
  if (!validator.Check(value)) throw refusalOf(validator, value)
  for (const [param, isNeutral] of Object.entries(neutral)) {
    const found = memberOf(value, param)
    if (found !== undefined && found !== null && !isNeutral(found)) throw refusal(param, 'is not supported here with that value')
  }
  return value
}

function readCommon(body: Static<typeof Body>): Omit<OpenRequest, 'sources' | 'maxTokens' | 'topLogProbs'> {
  const { stop } = body
  return {
    model: body.model,
    temperature: body.temperature ?? 1,
    topK: Math.max(0, body.top_k ?? 0),
    stop: typeof stop === 'string' ? [stop].filter(text => text !== '') : (stop ?? []).filter(text => typeof text === 'string'),
    seed: body.seed ?? null,
    n: body.n ?? 1,
    stream: body.stream ?? false,
    includeUsage: body.stream_options?.include_usage ?? false,
  }
}

function promptsOf(prompt: Static<typeof CompletionBody>['prompt']): readonly (string | readonly number[])[] {
  if (typeof prompt === 'string') return [prompt]
  return isIds(prompt) ? [prompt] : prompt
}

function isIds(prompt: readonly (string | number | number[])[]): prompt is number[] {
  return typeof prompt[0] === 'number'
}

/** What the parameters that may have several forms may be. */
const expectations: Readonly<Record<string, string>> = {
  role: 'must be system, developer, user or assistant',
  content: 'must be a text or a list of parts of type text',
  stop: 'must be a text, or up to 4 texts, of at most 256 characters each and without U+FFFD',
  prompt: `must be a text, a list of token ids, or up to ${maxChoices} of either`,
}

function refusalOf<T>(validator: Validator<T>, value: unknown): AssayError {
  // Of a list that does not fit only the name is told: a look at each of a million elements would take seconds.
  const wrong = Object.entries(lists).find(([name, list]) => Array.isArray(memberOf(value, name)) && !list.Check(memberOf(value, name)))
  if (wrong !== undefined) return refusal(wrong[0], expectations[wrong[0]] ?? 'does not fit')
  const { path, problem } = firstProblem(validator, value)
  const param = paramOf(path)
  const name = param.replace(/\[.*$/, '').split('.').at(-1) ?? param
  const last = /\.(role|content)/.exec(param)?.[1] ?? name
  return refusal(param, expectations[last] ?? problem)
}

function refusal(param: string, problem: string): AssayError {
  return new AssayError('PROTO_PARAMETER', { param, problem })
}

/** `/messages/0/role` as `messages[0].role`; the body itself where the path is empty. */
function paramOf(path: string): string {
  const [first = '', ...rest] = path.split('/').slice(1, 6)
  return (first + rest.map(part => (/^\d+$/.test(part) ? `[${part}]` : `.${part}`)).join('')).slice(0, 100) || 'body'
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Object.getOwnPropertyDescriptor(value, name)?.value : undefined
}
