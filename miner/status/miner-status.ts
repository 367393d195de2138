import { type Static, Type } from 'typebox'
import { Address, BlockNumber, Hex32, Netuid } from '../../shared/protocol/fields.ts'
import { parserOf } from '../../shared/protocol/parser-of.ts'

const Count = Type.Integer({ minimum: 0 })
const Amount = Type.Number({ minimum: 0 })
/** Without control characters: it is printed on terminals. */
const Name = Type.String({ maxLength: 200, pattern: '^[^\\u0000-\\u001f\\u007f-\\u009f]*$' })
/** Milliseconds that half, and 99 of 100, of the last answers stayed within; null before there is one. */
const Times = Type.Union([Type.Null(), Type.Object({ count: Count, p50Ms: Amount, p99Ms: Amount })])
const series = Type.Array(Amount, { maxItems: 60 })

/** What a running miner says of itself, to its operator. */
export const MinerStatus = Type.Object({
  version: Type.Literal('assay/miner-status/1'),
  program: Name,
  uptimeSeconds: Amount,
  hotkey: Address,
  netuid: Netuid,
  registered: Type.Boolean(),
  /** Of the last metagraph read. */
  block: BlockNumber,
  metagraphAgeSeconds: Amount,
  /** What the chain gave in the last epoch; null while the hotkey is not registered. */
  earnings: Type.Union([
    Type.Null(),
    Type.Object({
      uid: Count,
      /** Part of all that miners of this subnet earn, 0 to 65535. */
      incentive: Amount,
      /** Alpha of the last epoch, in rao, as a decimal. */
      emissionRao: Type.String({ pattern: '^[0-9]{1,30}$' }),
      /** Blocks of an epoch. */
      tempo: Count,
      /** The place by incentive among those with any, 1 for the highest; null without any. */
      place: Type.Union([Type.Null(), Type.Integer({ minimum: 1 })]),
      earning: Count,
    }),
  ]),
  models: Type.Array(Type.Object({ name: Name, manifestDigest: Hex32, provider: Name, loaded: Type.Boolean(), running: Count }), {
    maxItems: 1_000,
  }),
  queue: Type.Object({ running: Count, places: Count, waiting: Count, limit: Count }),
  tokens: Type.Object({
    /** Output tokens per second: the means over the last 10 and 60 seconds, and every second of the last 60, oldest first. */
    last10: Amount,
    last60: Amount,
    series,
    prompt: Count,
    completion: Count,
    /** What budgets are made of: output tokens per second, a prompt token counting a tenth. */
    capacity: Amount,
  }),
  /** Sequences in the engine: now, the mean of the last 60 seconds, and of each of them. */
  batch: Type.Object({ now: Count, last60: Amount, series }),
  /** Part of the time in which the engine had something to do: of the last 60 seconds, and since the start. */
  utilisation: Type.Object({ last60: Amount, sinceStart: Amount }),
  times: Type.Object({ firstToken: Times, perToken: Times, whole: Times }),
  kv: Type.Object({ bytes: Amount, limitBytes: Amount }),
  sessions: Count,
  refusals: Type.Record(Type.String({ pattern: '^[A-Z0-9_]{1,60}$' }), Count),
  callers: Type.Array(
    Type.Object({
      caller: Name,
      uid: Type.Union([Type.Null(), Count]),
      /** Part of this miner that its stake gives it; null where no stake counts. */
      share: Type.Union([Type.Null(), Amount]),
      /** Part of all tokens that it got. */
      used: Amount,
      answers: Count,
      promptTokens: Count,
      completionTokens: Count,
    }),
    { maxItems: 1_000 },
  ),
})
export type MinerStatus = Static<typeof MinerStatus>

/** Reads a status that came over the network. Throws MINER_STATUS_SHAPE. */
export const parseMinerStatus = parserOf(MinerStatus, 'MINER_STATUS_SHAPE', 'status')
