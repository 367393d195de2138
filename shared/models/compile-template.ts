import { Template } from '@huggingface/jinja'
import { AssayError } from '../errors/assay-error.ts'
import type { ChatMessage } from '../protocol/ask.ts'
import type { ModelTokenizer } from './build-tokenizer.ts'
import { markRendered, markSpelled } from './special-marks.ts'

/** Renders messages with the generation prompt, as marked text for `encodeMarked`. */
export type RenderChat = (messages: readonly ChatMessage[], tokenizer: Pick<ModelTokenizer, 'specials'>) => string

/**
 * Compiles a chat template: `given`, the text of chat_template.jinja, or that of a tokenizer_config.json. Throws MODEL_TOKENIZER where it does not
 * parse. A model without one, as base models are, continues plain prompts; rendering a chat for it throws MODEL_TEMPLATE.
 */
export function compileTemplate(config: unknown, model: string, given?: string): RenderChat {
  const stated = given ?? memberOf(config, 'chat_template') ?? undefined
  const source = templateOf(stated)
  if (source === undefined && stated !== undefined)
    throw new AssayError('MODEL_TOKENIZER', { model, problem: 'its chat_template is no text' })
  if (source === undefined)
    return () => {
      throw new AssayError('MODEL_TEMPLATE', { model, problem: 'it has no chat template, so it continues plain prompts only' })
    }
  const template = parse(source, model)
  const tokens = { bos_token: tokenText(memberOf(config, 'bos_token')), eos_token: tokenText(memberOf(config, 'eos_token')) }
  return (messages, { specials }) => {
    const marked = messages.map(({ role, content }) => ({ role: markSpelled(role, specials), content: markSpelled(content, specials) }))
    try {
      return markRendered(template.render({ messages: marked, add_generation_prompt: true, ...tokens }), specials)
    } catch (cause) {
      throw new AssayError('MODEL_TEMPLATE', { model, problem: cause instanceof Error ? cause.message : String(cause) }, { cause })
    }
  }
}

// A template as text, or several with names; then the one named default is meant.
function templateOf(member: unknown): string | undefined {
  if (typeof member === 'string') return member
  const named = Array.isArray(member) ? member.find(one => memberOf(one, 'name') === 'default') : undefined
  const template = memberOf(named, 'template')
  return typeof template === 'string' ? template : undefined
}

function parse(source: string, model: string): Template {
  try {
    return new Template(source)
  } catch (cause) {
    throw new AssayError('MODEL_TOKENIZER', { model, problem: `its chat_template does not parse: ${String(cause)}` }, { cause })
  }
}

// A token is given as its text, or as an object that holds it.
function tokenText(token: unknown): string {
  const text = typeof token === 'string' ? token : memberOf(token, 'content')
  return typeof text === 'string' ? text : ''
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Object.getOwnPropertyDescriptor(value, name)?.value : undefined
}
