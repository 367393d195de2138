import { defineErrors } from '../error-entry.ts'

export const minerErrors = defineErrors({
  MINER_QUEUE_FULL: { sentence: 'All {limit} places in the queue are taken.', status: 429, blame: 'caller', retry: true },
})
