import type { Ask } from '../../shared/protocol/ask.ts'
import type { SignedCertificate } from '../../shared/protocol/certificate.ts'
import type { SignedOffer } from '../../shared/protocol/offer.ts'
import type { PartialReceipt } from '../../shared/protocol/partial-receipt.ts'
import type { Receipt } from '../../shared/protocol/receipt.ts'
import type { RoundMiner } from '../challenge/drawn-request.ts'

/** Why no usable answer came; each ends as a miss. */
export type NoAnswerReason =
  | 'connect' // nothing listens there, or the address is refused
  | 'timeout' // first-byte, idle or total deadline
  | 'refused' // the miner said 4xx or 5xx
  | 'too-large' // over the byte cap
  | 'encoding' // a content encoding that was not asked for
  | 'malformed' // no JSON of the answer's shape, or too deep
  | 'late' // after the deadline block
  | 'cut' // a stream that ended before its receipt
  | 'lost' // our own restart cut the exchange; see `ours`

/** What came back for one request, as stored on arrival; judged later, by others. */
export interface Exchange {
  readonly round: number
  readonly miner: RoundMiner
  readonly ask: Ask
  readonly promptIds: readonly number[]
  readonly askedWork: number
  readonly sentBlock: number
  /** The miner's offer that it was asked under, first; then offers of it that contradict each other. Left out where it has none. */
  readonly offers?: readonly SignedOffer[]
  readonly arrival: Arrival
}

export type Arrival =
  | {
      readonly kind: 'answer'
      readonly receipt: Receipt
      readonly signature: string
      /** Of the key that signed; null where the receipt names none. */
      readonly certificate: SignedCertificate | null
      /** Base64 of f32 little-endian, as sent. */
      readonly logProbs: string
      readonly text: string
      readonly elapsedMs: number
      readonly arrivedBlock: number
      /** Milliseconds since 1970 on the validator's clock. */
      readonly arrivedMs: number
    }
  | {
      /** A stream that was cut off after a partial receipt, which stands for the answer. */
      readonly kind: 'partial'
      readonly receipt: PartialReceipt
      readonly signature: string
      readonly certificate: SignedCertificate | null
      /** The ids that the receipt covers, base64 of u32 little-endian. */
      readonly tokenIds: string
      /** Why nothing followed. */
      readonly reason: NoAnswerReason
      readonly detail: string
      readonly elapsedMs: number
      /** When the partial receipt came. */
      readonly arrivedBlock: number
      readonly arrivedMs: number
    }
  | {
      readonly kind: 'none'
      readonly reason: NoAnswerReason
      readonly detail: string
      readonly elapsedMs: number
      /** True where the fault is the validator's own: such an exchange is void. */
      readonly ours: boolean
    }
