import type { Ask } from '../../shared/protocol/ask.ts'
import type { AskDraft } from './drawn-request.ts'

/** The body to send: the draft with its deadline, as a block height and as milliseconds from arrival. */
export function withDeadline(draft: AskDraft, deadline: { readonly block: number; readonly ms: number }): Ask {
  return { ...draft, assay: { ...draft.assay, deadlineBlock: deadline.block, deadlineMs: deadline.ms } }
}
