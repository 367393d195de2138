import type { AnswerBody } from '../../shared/protocol/answer.ts'
import type { EmbeddingRequest } from '../../shared/protocol/embedding-request.ts'
import type { InferRequest } from '../../shared/protocol/infer.ts'
import type { OfferPage } from '../../shared/protocol/offer.ts'
import type { OpeningAsk, SignedOpening } from '../../shared/protocol/opening.ts'
import type { Tensors } from '../../shared/protocol/tensor-value.ts'
import type { Gate } from '../admission/gate.ts'
import type { SessionDoor } from '../admission/open-session-door.ts'
import type { Arrived, SignedPiece } from '../answer-ask.ts'
import type { CompletedOpen, OpenArrived, OpenPiece } from '../complete-open.ts'
import type { EmbedArrived, Embeddings } from '../embed-texts.ts'
import type { KeyRing } from '../keys/create-key-ring.ts'
import type { ModelCard } from '../list-models.ts'
import type { MinerStatus } from '../status/miner-status.ts'
import type { StatusAccess } from '../status/status-guard.ts'

/** What /healthz tells. */
export interface Health {
  readonly ok: boolean
  readonly status: string
  readonly hotkey: string
  readonly netuid: number
  readonly model: string
  readonly manifestDigest: string
  readonly provider: string
  readonly waiting: number
  /** Block of the last metagraph read, and how old that is. */
  readonly block: number
  readonly metagraphAgeSeconds: number
}

/** What the routes need of the miner. */
export interface ServerContext {
  readonly gate: Gate
  readonly sessionDoor: SessionDoor
  answer(arrived: Arrived, onPiece?: (piece: SignedPiece) => void): Promise<AnswerBody>
  /** Opens what a receipt committed to, for a caller beyond doubt. */
  open(ask: OpeningAsk, caller: string): SignedOpening
  /** Whether a caller proved itself from this network (see networkOf): its connections then have places that strangers do not get. */
  isProven?(network: string): boolean
  /** Told of a caller with an API key, and where it called from. */
  onKey?(name: string, ip: string): void
  /** The keys of the miner's own callers; null where it takes none. */
  readonly keys: KeyRing | null
  complete(arrived: OpenArrived, onPiece?: (piece: OpenPiece) => void): Promise<CompletedOpen>
  embed(request: EmbeddingRequest, arrived: EmbedArrived): Promise<Embeddings>
  /** Graphs of any kind, and one run of one of them. */
  infer(request: InferRequest, arrived: EmbedArrived): Promise<Tensors>
  models(): readonly ModelCard[]
  /** What this miner offers in this epoch; null before it knows the epoch. */
  offer(): OfferPage | null
  health(): Health
  /** The miner's own view, and who may see it. */
  status(): MinerStatus
  readonly statusAccess: StatusAccess
  readonly metrics: { readonly contentType: string; metrics(): Promise<string> }
  /** Told of every request that was not answered, by code and HTTP status. */
  onRefusal(code: string, status: number, error: unknown): void
  /** Milliseconds since 1970, and on a clock that only goes forward. */
  readonly nowMs: () => number
  readonly monotonicMs: () => number
}
