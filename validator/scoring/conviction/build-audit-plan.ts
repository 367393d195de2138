import type { SubnetFile } from '../../../shared/subnet/subnet-file.ts'
import { auditTerms, lossBlocks } from '../../audit/audit-rate.ts'
import { cheatedShares, type Fraud, fraudTable } from './fraud-table.ts'
import { simulateConviction } from './simulate-conviction.ts'

/** What the chain says of coming back under new keys. */
export interface RegistrationPrice {
  readonly costRao: bigint
  /** The same in blocks of the mean emission of the miners that earn; null where none does. */
  readonly blocks: number | null
}

/** What `assay validator audit-plan` shows; its JSON form is this object. Answers' pay is the unit of saved and lost. */
export interface AuditPlan {
  readonly subnet: string
  /** Answers of a miner in a round, for which all this is reckoned. */
  readonly answers: number
  readonly rate: { readonly floor: number; readonly least: number; readonly kind: 'fixed' | 'steady' }
  /** What the least rate follows from; null where the subnet file fixes it. */
  readonly follows: {
    readonly saving: number
    readonly detection: number
    readonly safety: number
    readonly lossBlocks: number
    readonly lossAnswers: number
    readonly probation: number
    readonly halfAfter: number
    readonly doubt: number
  } | null
  readonly conviction: {
    /** Rounds of work that are struck. */
    readonly windowRounds: number
    /** Blocks without emission for whoever serves its time. */
    readonly servingBlocks: number
    /** The same for whoever comes back under new keys: until it is paid, and the price of the registration. */
    readonly entryBlocks: number | null
    readonly registrationBlocks: number
    /** As the chain says it now; null without a chain. */
    readonly price: RegistrationPrice | null
    /** The cheaper way, in answers' pay; null where the file names no economics to reckon with. */
    readonly lossAnswers: number | null
  }
  readonly frauds: readonly FraudPlan[]
}

/** One fraud at one share, from the steady rate on. A number is null where the fraud is not convicted within the requests that were played. */
export interface FraudPlan {
  readonly fraud: string
  readonly share: number
  /** It substitutes at the least rate alone, and waits out full audits with honest answers. */
  readonly waits: boolean
  /** ln(1/alpha) / (p g), g the mean growth of the log evidence of an audited answer at the share of the mixture that fits best, in one stream; null where it does not grow. */
  readonly estimate: number | null
  /** By playing the rates and the evidence. */
  readonly requests: number | null
  readonly tokens: number | null
  readonly auditedCheats: number | null
  /** What it saves while it lasts, as a share of its pay. */
  readonly gain: number | null
  /** Saved until conviction, and lost by it. */
  readonly saved: number | null
  readonly lost: number | null
  readonly verdict: 'loses' | 'pays' | 'not convicted' | 'not reckoned'
}

export interface AuditPlanInput {
  readonly subnet: SubnetFile
  readonly answers: number
  readonly price: RegistrationPrice | null
  readonly seed: Uint8Array
  readonly frauds?: readonly Fraud[]
  readonly runs?: number
  /** Requests after which a fraud counts as not convicted. */
  readonly limit?: number
}

/** What the audit rates of a subnet file follow from, how soon they convict, and whether each fraud of the table loses by it. */
export function buildAuditPlan({
  subnet,
  answers,
  price,
  seed,
  frauds = fraudTable,
  runs = 40,
  limit = 20_000,
}: AuditPlanInput): AuditPlan {
  const { economics } = subnet.audit
  const { rate: least, reason } = auditTerms({ audited: Number.MAX_SAFE_INTEGER / 2, answers, failedAt: null }, subnet)
  const { windowRounds, convictionBlocks } = subnet.scoring
  // The chain's price where it is higher than the file's: the rates use the file's, which is the least.
  const registrationBlocks = Math.max(economics?.registrationBlocks ?? 0, price?.blocks ?? 0)
  const answersOf = (blocks: number) => (blocks / subnet.round.blocks) * answers
  const lost = economics === undefined ? null : answersOf(lossBlocks(subnet, { ...economics, registrationBlocks }))
  const tokens = (subnet.requests.maxTokens.min + subnet.requests.maxTokens.max) / 2
  const steadily = cheatedShares.map(share => ({ share, waits: false }))
  // Where the rate is fixed there is nothing to wait for.
  const ways = economics === undefined ? steadily : [...steadily, { share: 1, waits: true }]
  const rows = frauds.flatMap(fraud =>
    ways.map(({ share, waits }): FraudPlan => {
      const { eValues: cheated, honest, name } = fraud
      const played = simulateConviction({ subnet, answers, share, waits, cheated, honest, seed, runs, limit })
      const requests = Number.isFinite(played.requests) ? played.requests : null
      const gain = economics === undefined ? null : played.substituted * fraud.saving * economics.saving
      const saved = requests === null || gain === null ? null : requests * gain
      return {
        ...{ fraud: name, share, waits, estimate: estimateRequests(subnet, least, share, fraud), requests, gain, saved, lost },
        tokens: requests === null ? null : requests * tokens,
        auditedCheats: requests === null ? null : played.auditedCheats,
        verdict: requests === null ? 'not convicted' : saved === null || lost === null ? 'not reckoned' : saved < lost ? 'loses' : 'pays',
      }
    }),
  )
  return {
    ...{ subnet: subnet.name, answers },
    rate: { floor: subnet.audit.rate, least, kind: reason.kind === 'fixed' ? 'fixed' : 'steady' },
    follows:
      economics === undefined
        ? null
        : {
            ...{ saving: economics.saving, detection: economics.detection, safety: economics.safety },
            ...{ lossBlocks: lossBlocks(subnet, economics), lossAnswers: answersOf(lossBlocks(subnet, economics)) },
            ...{ probation: economics.probation, halfAfter: economics.halfAfter, doubt: economics.doubt },
          },
    conviction: {
      ...{ windowRounds, servingBlocks: convictionBlocks, entryBlocks: economics?.entryBlocks ?? null, registrationBlocks, price },
      lossAnswers: lost,
    },
    frauds: rows,
  }
}

function estimateRequests({ evidence }: SubnetFile, rate: number, share: number, { eValues, honest }: Fraud): number | null {
  const mean = (values: readonly number[], q: number) => values.reduce((sum, e) => sum + Math.log(1 - q + q * e), 0) / values.length
  const growth = Math.max(...evidence.shares.map(q => share * mean(eValues, q) + (1 - share) * mean(honest, q)))
  return growth > 0 && rate > 0 ? Math.log(1 / evidence.alpha) / (rate * growth) : null
}
