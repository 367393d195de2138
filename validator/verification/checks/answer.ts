import type { OpeningRecord } from '../../../shared/protocol/opening.ts'
import type { SubnetModel } from '../../../shared/subnet/subnet-file.ts'
import type { Arrival, Exchange } from '../../query/exchange.ts'
import type { ReferenceStatistics } from '../reference-statistics.ts'

/** What judging needs to know of the model that was asked for. */
export interface ModelFacts {
  readonly manifestDigest: string
  readonly eosIds: ReadonlySet<number>
  readonly vocabSize: number
  /** Most tokens of prompt and answer together. */
  readonly contextLength: number
  readonly tokenizer: { decode(ids: readonly number[]): string }
}

/** An answer with its receipt, as it came: nothing of it is believed yet. */
export interface ReceivedAnswer {
  readonly exchange: Exchange
  readonly arrival: Extract<Arrival, { kind: 'answer' }>
  /** Address of the validator's hotkey. */
  readonly validator: string
  readonly netuid: number
  readonly model: ModelFacts
  /** The model's part of the subnet file. */
  readonly terms: SubnetModel
  /** Digest of another receipt with the same number from this miner for this validator; null where there is none. */
  readonly earlierReceiptDigest: string | null
}

/** An answer whose token ids are well-formed. */
export interface Answer extends ReceivedAnswer {
  readonly tokenIds: readonly number[]
}

/** An answer whose commitment was asked to be opened, with what came. */
export interface OpenedAnswer extends Answer {
  readonly opened: OpeningRecord
}

/** An answer with what the reference run says of each of its tokens, and of the rows behind them where they were opened. */
export interface ScoredAnswer extends Answer {
  readonly statistics: ReferenceStatistics
}
