import { Template } from '@huggingface/jinja'
import { AssayError } from '../errors/assay-error.ts'
import type { ChatMessage } from '../protocol/ask.ts'
import type { ModelTokenizer } from './build-tokenizer.ts'
import { markRendered, markSpelled } from './special-marks.ts'

/** Renders messages with the generation prompt, as marked text for `encodeMarked`. */
export type RenderChat = (messages: readonly ChatMessage[], tokenizer: Pick<ModelTokenizer, 'specials'>) => string

/** Compiles the chat template of a tokenizer_config.json; throws MODEL_TOKENIZER where it has none that parses. */
export function compileTemplate(config: unknown, model: string): RenderChat {
  const source = memberOf(config, 'chat_template')
  if (typeof source !== 'string')
    throw new AssayError('MODEL_TOKENIZER', { model, problem: 'tokenizer_config.json has no chat_template as text' })
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
