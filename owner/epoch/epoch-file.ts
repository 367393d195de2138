import { type Static, Type } from 'typebox'

const U16 = Type.Integer({ minimum: 0, maximum: 65535 })
const Block = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })
/** Rao: a decimal string, or a plain integer where JSON holds it exactly. */
const Rao = Type.Union([Type.String({ pattern: '^[0-9]{1,20}$' }), Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })])
const perUid = <T extends Parameters<typeof Type.Array>[0]>(item: T) => Type.Array(item, { maxItems: 4096 })
const Row = perUid(Type.Tuple([U16, U16]))

export const EpochFileInput = Type.Object(
  {
    block: Block,
    tempo: U16,
    lastStep: Block,
    kappa: U16,
    bondsMovingAverage: Type.Integer({ minimum: 0, maximum: 1_000_000 }),
    bondsPenalty: U16,
    yuma3: Type.Boolean(),
    liquidAlpha: Type.Boolean(),
    alphaValues: Type.Tuple([U16, U16]),
    steepness: Type.Integer({ minimum: -32768, maximum: 32767 }),
    activityCutoff: Block,
    maxValidators: U16,
    ownerUid: Type.Union([U16, Type.Null()]),
    stake: Type.Array(Rao, { minItems: 1, maxItems: 4096 }),
    lastUpdate: perUid(Block),
    registeredAt: perUid(Block),
    permits: perUid(Type.Boolean()),
    weights: perUid(Row),
    bonds: perUid(Row),
    /** Rao of stake weight; 0 where left out. */
    stakeThreshold: Type.Optional(Rao),
    /** Commit-reveal: per uid the block of the oldest unexpired commit, or null; off where left out. */
    commitBlocks: Type.Optional(perUid(Type.Union([Block, Type.Null()]))),
    /** Without it emission is neither computed nor compared. */
    raoEmission: Type.Optional(Rao),
  },
  { additionalProperties: false },
)
export type EpochFileInput = Static<typeof EpochFileInput>

export const EpochFileOutput = Type.Object(
  {
    stakeWeight: perUid(U16),
    consensus: perUid(U16),
    incentive: perUid(U16),
    dividends: perUid(U16),
    validatorTrust: perUid(U16),
    validatorPermit: perUid(Type.Boolean()),
    emission: Type.Optional(perUid(Rao)),
    bonds: perUid(Row),
  },
  { additionalProperties: false },
)
export type EpochFileOutput = Static<typeof EpochFileOutput>

export const EpochVector = Type.Object(
  {
    config: Type.Union([Type.Integer(), Type.String({ maxLength: 100 })]),
    epoch: Type.Integer(),
    input: EpochFileInput,
    output: Type.Optional(EpochFileOutput),
  },
  { additionalProperties: false },
)
export type EpochVector = Static<typeof EpochVector>

/** A file of epochs: the inputs of each and, where they are known, its outputs. */
export const EpochFile = Type.Object(
  {
    /** The runtime that the outputs come from; one named "spec N" below 402 does not force the owner's permit. */
    runtime: Type.Optional(Type.String({ maxLength: 1000 })),
    note: Type.Optional(Type.String({ maxLength: 10_000 })),
    vectors: Type.Array(EpochVector, { minItems: 1, maxItems: 10_000 }),
  },
  { additionalProperties: false },
)
export type EpochFile = Static<typeof EpochFile>
