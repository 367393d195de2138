import type { Store } from '../storage/open-store.ts'
import { markAsked, type RoundRecord, readUnsettled } from '../storage/round-table.ts'

/**
 * Ends the rounds that are still open though nobody asks them (`asked` are those that somebody does): a stopped process left them, or
 * their end could not be stored. Returns how many. What had arrived counts as it is; what was under way is
 * our own loss and costs nobody anything: such requests are void, and their share of the round's time is not counted.
 */
export async function resumeRounds(store: Store, asked: { has(number: number): boolean } = new Set<number>()): Promise<number> {
  const open = (await readUnsettled(store)).filter(({ round, status }) => status === 'asking' && !asked.has(round.number))
  for (const { round } of open) await markAsked(store, { ...round, seconds: await askedSeconds(store, round) })
  return open.length
}

/** The part of the round up to the block in which the last stored request left: nothing was sent later. */
async function askedSeconds({ kysely }: Store, round: RoundRecord): Promise<number> {
  const row = await kysely
    .selectFrom('exchange')
    .select(({ fn }) => fn.max('sent_block').as('last'))
    .where('round', '=', round.number)
    .executeTakeFirst()
  if (row === undefined || row.last === null) return round.seconds
  const blocks = Math.min(round.blocks, Math.max(1, row.last - round.startBlock + 1))
  return (round.seconds * blocks) / round.blocks
}
