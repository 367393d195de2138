import type { GeneratedToken } from '../engine-port.ts'
import type { StepMessage } from './worker-messages.ts'

/** The tokens of one step by call; an answer has more than one in a step only where its messages were held up. */
export function stepTokens({ tokens, tops, hidden }: StepMessage): Map<number, GeneratedToken[]> {
  const byCall = new Map<number, GeneratedToken[]>()
  let rows = 0
  for (let at = 0, index = 0; at < tokens.length; at += 3, index++) {
    const id = tokens[at] ?? 0
    const told = { tokenId: tokens[at + 1] ?? 0, logProb: tokens[at + 2] ?? Number.NaN }
    const top = tops?.[index]
    // A copy: a view would keep the rows of all others of its step for as long as its answer lasts.
    const row = hidden?.of[rows] === index ? hidden.patterns.slice(rows * hidden.width, ++rows * hidden.width) : undefined
    const token: GeneratedToken = top || row ? { ...told, ...(top && { top }), ...(row && { hidden: row }) } : told
    const list = byCall.get(id)
    if (list === undefined) byCall.set(id, [token])
    else list.push(token)
  }
  return byCall
}
