import { saveAdopted } from '../storage/adopted-table.ts'
import { markReveal, markSent, saveChanges, saveIntent } from '../storage/intent-table.ts'
import type { Store } from '../storage/open-store.ts'
import type { IntentDraft } from '../weights/intent.ts'
import type { Foreign, IntentChange } from '../weights/reconcile.ts'

/** What is written down about submissions; every write is durable when its promise resolves. */
export interface Journal {
  /** An intent with all that is needed to send and reveal it, before anything is signed; gives its id. */
  begin(draft: IntentDraft): Promise<number>
  /** `finalBlock` is the newest final block at that head. */
  sent(id: number, head: number, finalBlock: number): Promise<void>
  reveals(id: number, head: number): Promise<void>
  change(changes: readonly IntentChange[]): Promise<void>
  adopt(found: readonly Foreign[], quietUntilBlock: number | null): Promise<void>
}

/** The journal in a validator's database. */
export function openJournal(store: Store): Journal {
  return {
    begin: draft => saveIntent(store, draft),
    sent: (id, head, finalBlock) => markSent(store, id, head, finalBlock),
    reveals: (id, head) => markReveal(store, id, head),
    change: changes => saveChanges(store, changes),
    adopt: (found, quietUntilBlock) => saveAdopted(store, found, quietUntilBlock),
  }
}
