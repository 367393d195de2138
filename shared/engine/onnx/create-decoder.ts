import type { Decoder, DecoderLayout, DecoderShape } from './decoder.ts'
import { type GraphForm, pastName, presentOf } from './graph-form.ts'
import { createGrownDecoder } from './grown-decoder.ts'
import { layoutError } from './layout-error.ts'
import type { OnnxSession } from './open-session.ts'
import { createSlotDecoder } from './slot-decoder.ts'

const plainForm: GraphForm = { form: 'grown', fresh: new Map(), hidden: undefined }

/** Wraps a session whose graph was found to be of a form, or to be of none; throws MODEL_GRAPH where its inputs and outputs are not those of a decoder. */
export function createDecoder(session: OnnxSession, shape: DecoderShape, { form, fresh, hidden }: GraphForm = plainForm): Decoder {
  const pasts = session.inputNames.filter(name => pastName.test(name))
  const nexts = pasts.map(name => fresh.get(name) ?? presentOf(name))
  assertLayout(session, nexts)
  const half = isHalf(session.inputMetadata, pasts[0])
  const layout: DecoderLayout = {
    ...shape,
    ...{ session, pasts, nexts },
    kv: { arrays: pasts.length, heads: shape.kvHeads, headDim: shape.headDim, half },
    hasPositions: session.inputNames.includes('position_ids'),
    hidden,
    choosesLogits: session.inputNames.includes('num_logits_to_keep'),
    halfLogits: isHalf(session.outputMetadata, 'logits'),
  }
  return form === 'grown' ? createGrownDecoder(layout) : createSlotDecoder(layout, form)
}

function isHalf(metadata: OnnxSession['inputMetadata'], name: string | undefined): boolean {
  const found = metadata.find(value => value.name === name)
  return found?.isTensor === true && found.type === 'float16'
}

const knownInputs = ['input_ids', 'attention_mask', 'position_ids', 'num_logits_to_keep']

function assertLayout(session: OnnxSession, nexts: readonly string[]): void {
  for (const name of ['input_ids', 'attention_mask']) if (!session.inputNames.includes(name)) throw layoutError(`it has no input ${name}`)
  for (const name of ['logits', ...nexts]) if (!session.outputNames.includes(name)) throw layoutError(`it has no output ${name}`)
  const unknown = session.inputNames.find(name => !knownInputs.includes(name) && !pastName.test(name))
  if (unknown !== undefined) throw layoutError(`it has the unknown input ${unknown}`)
}
