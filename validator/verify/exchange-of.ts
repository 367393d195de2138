import type { Bundle } from '../../shared/protocol/bundle.ts'
import type { Exchange } from '../query/exchange.ts'

/** The exchange of a bundle as the judge reads it; where the miner was dialled is not in it, and nothing reads it. */
export function exchangeOf({ exchange }: Bundle): Exchange {
  return { ...exchange, miner: { ...exchange.miner, host: '', port: 0 } }
}
