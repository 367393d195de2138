import { type Static, Type } from 'typebox'
import { canonicalJson } from './canonical-json.ts'
import { Hex32, Netuid, RequestId, Signature } from './fields.ts'
import { parserOf } from './parser-of.ts'

/** Where a caller opens a session: one POST, signed as every request of scheme `assay-1` is. */
export const sessionPath = '/v1/assay/session'
/** Longest life of a session. */
export const maxSessionMs = 3_600_000
/** Requests of one session, at most: far below where AES-GCM with counted nonces wears out. */
export const maxSessionCounter = 0xffff_ffff

/** The scheme's name in the header assay-scheme of requests inside a session. */
export const sessionScheme = 'assay-session-1'
/** Headers of a request inside a session; its time is in the header of scheme assay-1. */
export const sessionHeaders = { session: 'assay-session', counter: 'assay-counter' } as const
/** Media types of what is sealed: a whole body, and a stream of pieces that each begin with their length as u32 big-endian. */
export const sealedType = 'application/vnd.assay.sealed'
export const sealedStreamType = 'application/vnd.assay.sealed-stream'

const GenesisHash = Type.String({ pattern: '^0x[0-9a-f]{64}$' })

/** Body of the request that opens a session. */
export const SessionAsk = Type.Object(
  {
    version: Type.Literal('assay/session/1'),
    netuid: Netuid,
    genesisHash: GenesisHash,
    /** The caller's X25519 key, made for this session alone. */
    callerKey: Hex32,
  },
  { additionalProperties: false },
)
export type SessionAsk = Static<typeof SessionAsk>

/** What the miner answers. */
export const SessionAnswer = Type.Object(
  {
    version: Type.Literal('assay/session/1'),
    /** Drawn by the miner: the session's name and the miner's nonce in one. */
    sessionId: RequestId,
    /** The miner's X25519 key, made for this session alone. */
    minerKey: Hex32,
    lifetimeMs: Type.Integer({ minimum: 10_000, maximum: maxSessionMs }),
    /** The miner's hotkey over the transcript. */
    signature: Signature,
  },
  { additionalProperties: false },
)
export type SessionAnswer = Static<typeof SessionAnswer>

export const parseSessionAsk = parserOf(SessionAsk, 'PROTO_SHAPE', 'session request')
export const parseSessionAnswer = parserOf(SessionAnswer, 'PROTO_SHAPE', 'session answer')

/** All that two sides agreed on. The caller signed its half (everything but minerKey, sessionId and lifetimeMs), the miner signs the whole. */
export interface SessionTranscript {
  readonly caller: string
  readonly receiver: string
  /** Time and one-time id of the caller's signed request. */
  readonly timeMs: number
  readonly id: string
  readonly netuid: number
  readonly genesisHash: string
  readonly callerKey: string
  readonly minerKey: string
  readonly sessionId: string
  readonly lifetimeMs: number
}

/** The bytes that the miner signs, and whose SHA-256 salts the session's keys. */
export function transcriptBytes(transcript: SessionTranscript): Uint8Array {
  return new TextEncoder().encode(canonicalJson(['assay/session/1', { ...transcript }]))
}
