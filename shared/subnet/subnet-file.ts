import { readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { type Static, Type } from 'typebox'
import { AssayError, isAssayError } from '../errors/assay-error.ts'
import { digestJson } from '../protocol/digest-json.ts'
import { Hex32 } from '../protocol/fields.ts'
import { maxFullRows, maxProjected } from '../protocol/opening.ts'
import { parserOf } from '../protocol/parser-of.ts'
import { AcceptedClass, findClassProblem } from './accepted-class.ts'
import { assertCalibrated } from './assert-calibrated.ts'
import { AuditEconomics } from './audit-economics.ts'
import { EvidenceBounds, findWeightProblem } from './evidence-bounds.ts'
import { RequestProfile } from './request-profile.ts'

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
    /** Of the other checks; without it only margins count. */
    bounds: Type.Optional(EvidenceBounds),
    /** The measurements that the bounds come from: their file, relative to the subnet file, and its digest. */
    calibration: Type.Optional(Type.Object({ path: Type.String({ minLength: 1 }), digest: Hex32 }, strict)),
    /** How far honest answers may be from the reference in what they prove beside their tokens; without them the figures are recorded alone. */
    proofBounds: Type.Optional(
      Type.Object(
        {
          /** Mean relative distance of the projected rows, each at most 1. */
          fingerprint: Type.Optional(positive),
          /** exp(median difference of the log-probabilities) - 1. */
          logProbDrift: Type.Optional(positive),
          /** Means over the chunks of an answer. */
          toploc: Type.Optional(Type.Object({ exponentMismatches: positive, mantissaMean: positive, mantissaMedian: positive }, strict)),
        },
        strict,
      ),
    ),
    /** The ways to run it that are accepted; its artefact in its own precision alone unless told. */
    classes: Type.Optional(Type.Array(AcceptedClass, { minItems: 1, maxItems: 32 })),
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
        /** How users ask; without it lengths are uniform, prompts have one sentence, and requests come evenly. */
        profile: Type.Optional(RequestProfile),
      },
      strict,
    ),
    audit: Type.Object(
      {
        /** Share of the receipts that is audited; with economics the least share. */
        rate: share,
        /** A receipt without a verdict is published as unanswered so many blocks after its audit beacon. */
        unansweredAfter: Type.Optional(count),
        /** Without it every receipt is audited at `rate`. */
        economics: Type.Optional(AuditEconomics),
      },
      strict,
    ),
    /** What miners are asked to open of audited answers; without it nothing is opened. */
    proof: Type.Optional(
      Type.Object(
        {
          /** Numbers that a row is projected to: 2k bytes a token. */
          k: Type.Integer({ minimum: 1, maximum: maxProjected }),
          /** Rows that are shown whole. */
          fullRows: Type.Integer({ minimum: 0, maximum: maxFullRows }),
          /** Time for an opening, from the request to its last byte. */
          openingMs: Type.Integer({ minimum: 100, maximum: 60_000 }),
          /** Blocks after the audit beacon for which miners keep their rows; who asks later lost the opening itself. */
          keepBlocks: count,
          /** Share of a round's openings that honest miners lose in the mean, restarts included; who loses more for long is paid for opened answers alone. 0.05 unless told. */
          honestLoss: Type.Optional(Type.Number({ minimum: 0.001, maximum: 0.5 })),
          /** TOPLOC proofs: top values a chunk, answer rows a chunk; null where none are asked for. */
          toploc: Type.Union([
            Type.Object(
              { k: Type.Integer({ minimum: 1, maximum: 1_024 }), chunkRows: Type.Integer({ minimum: 1, maximum: 1_024 }) },
              strict,
            ),
            Type.Null(),
          ]),
        },
        strict,
      ),
    ),
    evidence: Type.Object(
      {
        /** False conviction rate of an honest miner over its whole life. */
        alpha: Type.Number({ exclusiveMinimum: 0, maximum: 0.1 }),
        /** Shares of cheating that the mixture looks for. */
        shares: Type.Array(Type.Number({ exclusiveMinimum: 0, maximum: 1 }), { minItems: 1 }),
        /** Weight of the streams of users' requests; none unless told. */
        organicShare: Type.Optional(share),
        /** Where more than this share of the coldkeys fail the statistical checks in one round, evidence convicts nobody meanwhile; without it nothing is held back. */
        massFailure: Type.Optional(Type.Object({ share, leastColdkeys: count }, strict)),
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
    /** How a miner's signed capacity is held against what it does; without it capacities are only shown. */
    timing: Type.Optional(
      Type.Object(
        {
          /** Who shows less than its claim by more than this share of it is under its claim. */
          tolerance: share,
          /** Rounds among the last eight that must have asked for more than it ever did, before it counts. */
          shortRounds: count,
        },
        strict,
      ),
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
    for (const [index, model] of file.models.entries()) {
      const problem = findClassProblem(model)
      if (problem !== null) throw new AssayError('PROTO_SHAPE', { what: 'subnet file', path: `/models/${index}/classes`, problem })
      const weights = findWeightProblem(model.bounds)
      if (weights !== null)
        throw new AssayError('PROTO_SHAPE', { what: 'subnet file', path: `/models/${index}/bounds/checkWeights`, problem: weights })
    }
    const { min, max } = file.requests.maxTokens
    if (min > max)
      throw new AssayError('PROTO_SHAPE', { what: 'subnet file', path: '/requests/maxTokens', problem: `min ${min} is above max ${max}` })
    const folder = resolve(dirname(path))
    for (const model of file.models) await assertCalibrated(model, folder, file.proof?.k)
    return Object.freeze({ file, scoringVersion: digestJson(file), folder })
  } catch (error) {
    if (isAssayError(error, 'SUBNET_FILE')) throw error
    throw new AssayError('SUBNET_FILE', { file: path, problem: error instanceof Error ? error.message : String(error) }, { cause: error })
  }
}
