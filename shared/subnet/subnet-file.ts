import { readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { type Static, Type } from 'typebox'
import { AssayError, isAssayError } from '../errors/assay-error.ts'
import { digestJson } from '../protocol/digest-json.ts'
import { Hex32 } from '../protocol/fields.ts'
import { parserOf } from '../protocol/parser-of.ts'

const share = Type.Number({ minimum: 0, maximum: 1 })
const positive = Type.Number({ exclusiveMinimum: 0 })
const count = Type.Integer({ minimum: 1 })
const strict = { additionalProperties: false } as const

/** One accepted model: which artefact, what its work is worth, and how much an honest answer may deviate. */
export const SubnetModel = Type.Object(
  {
    name: Type.String({ minLength: 1 }),
    /** Folder of the artefact, relative to the subnet file. */
    path: Type.String({ minLength: 1 }),
    /** Grammar of the synthetic prompts, relative to the subnet file. */
    prompts: Type.String({ minLength: 1 }),
    manifestDigest: Hex32,
    precision: Type.Union([Type.Literal('fp32'), Type.Literal('fp16'), Type.Literal('bf16'), Type.Literal('int8'), Type.Literal('int4')]),
    /** Share of the synthetic requests. */
    share,
    /** Work units of one token. */
    work: Type.Object({ promptToken: Type.Number({ minimum: 0 }), outputToken: Type.Number({ minimum: 0 }) }, strict),
    /** Factor on the pay of greedy answers; null refuses them. */
    greedyPayFactor: Type.Union([share, Type.Null()]),
    /** Upper bound on the mean clipped margin of honest answers, as a share of the clip. */
    marginBound: positive,
    marginClip: positive,
  },
  strict,
)
export type SubnetModel = Static<typeof SubnetModel>

/** The owner's file: what is asked, how it is checked, how it is paid. */
export const SubnetFile = Type.Object(
  {
    version: Type.Literal('assay/subnet/1'),
    name: Type.String({ minLength: 1, maxLength: 100 }),
    models: Type.Array(SubnetModel, { minItems: 1 }),
    round: Type.Object(
      {
        /** Length of a round in blocks. */
        blocks: count,
        /** A request's deadline block is this many blocks after it was sent. */
        deadlineBlocks: count,
        /** The audit beacon is the finalised block this many blocks after the deadline block. */
        beaconBlocks: count,
      },
      strict,
    ),
    requests: Type.Object(
      {
        minPerMiner: count,
        maxTokens: Type.Object({ min: count, max: count }, strict),
        temperatures: Type.Array(Type.Number({ minimum: 0, maximum: 2 }), { minItems: 1 }),
        /** Share of synthetic requests under scope `request`. */
        sharedScope: share,
        /** Share of synthetic requests whose answers are streamed, as users' are; none unless told. */
        streamed: Type.Optional(share),
      },
      strict,
    ),
    audit: Type.Object({ rate: share }, strict),
    evidence: Type.Object(
      {
        /** False conviction rate of an honest miner over its whole life. */
        alpha: Type.Number({ exclusiveMinimum: 0, maximum: 0.1 }),
        /** Shares of cheating that the mixture looks for. */
        shares: Type.Array(Type.Number({ exclusiveMinimum: 0, maximum: 1 }), { minItems: 1 }),
      },
      strict,
    ),
    scoring: Type.Object(
      {
        /** Settled rounds in the window. */
        windowRounds: count,
        /** A conviction keeps the score at zero for this many blocks. */
        convictionBlocks: count,
        /** Work units per second offered at first, shared by the uids of one coldkey or one address. */
        coldStartRate: positive,
        /** Factor on the offered rate after a round that was kept up with. */
        growth: Type.Number({ exclusiveMinimum: 1 }),
      },
      strict,
    ),
    /** Least stake weight of a caller that miners admit, in alpha rao. */
    minCallerStakeRao: Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }),
  },
  strict,
)
export type SubnetFile = Static<typeof SubnetFile>

const parseSubnetFile = parserOf(SubnetFile, 'PROTO_SHAPE', 'subnet file')

export interface Subnet {
  readonly file: SubnetFile
  /** Digest of the file: it stands in every stored round. */
  readonly scoringVersion: string
  /** Absolute folder that the file's paths are relative to. */
  readonly folder: string
}

/** Loads the owner's subnet file; throws SUBNET_FILE with the place of the first mistake. */
export async function loadSubnet(path: string): Promise<Subnet> {
  try {
    const file = parseSubnetFile(JSON.parse(await readFile(path, 'utf8')))
    const { min, max } = file.requests.maxTokens
    if (min > max)
      throw new AssayError('PROTO_SHAPE', { what: 'subnet file', path: '/requests/maxTokens', problem: `min ${min} is above max ${max}` })
    return Object.freeze({ file, scoringVersion: digestJson(file), folder: resolve(dirname(path)) })
  } catch (error) {
    if (isAssayError(error, 'SUBNET_FILE')) throw error
    throw new AssayError('SUBNET_FILE', { file: path, problem: error instanceof Error ? error.message : String(error) }, { cause: error })
  }
}
