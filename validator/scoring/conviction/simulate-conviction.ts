import type { SubnetFile } from '../../../shared/subnet/subnet-file.ts'
import { applyAudits } from '../../audit/apply-audits.ts'
import { auditTerms } from '../../audit/audit-rate.ts'
import type { AuditState } from '../../audit/audit-state.ts'
import { drawWeighted } from '../../challenge/draw-weighted.ts'
import { uniformDraws } from '../../challenge/seeded-draws.ts'
import { minerEvidence, type StreamEvidence, streamWeights, updateStream } from '../../verification/evidence/miner-evidence.ts'
import { streamName } from '../../verification/evidence/stream-name.ts'

export interface ConvictionCase {
  readonly subnet: SubnetFile
  /** Answers of the miner in a round. */
  readonly answers: number
  /** Share of its answers that it substitutes. */
  readonly share: number
  /** It substitutes in rounds of the least rate alone, and is honest in all others: it can count its own verdicts. */
  readonly waits: boolean
  /** E-values of audited answers, each as likely as the others. */
  readonly cheated: readonly number[]
  readonly honest: readonly number[]
  readonly seed: Uint8Array
  readonly runs: number
  /** Requests after which a run is given up. */
  readonly limit: number
}

export interface SimulatedConviction {
  /** Runs that ended in a conviction. */
  readonly convicted: number
  /** Mean requests until conviction, those of whole rounds; infinite unless every run ended in one. */
  readonly requests: number
  /** Of its answers the share that it substituted, in all runs. */
  readonly substituted: number
  /** Mean audited answers until conviction, and how many of them were substituted. */
  readonly audited: number
  readonly auditedCheats: number
}

/** Audited honest answers of the past of whoever begins to cheat. */
const honestPast = 100
/** Runs after which a fraud that never was convicted is given up. */
const patience = 4
const key = 'cheat@0'

/**
 * Plays a miner that begins to cheat after a long honest past, by the same rates and evidence that rounds are settled with: each round is drawn at the rate
 * that the rounds before it left, and the round in which the evidence convicts still counts whole, as does the one already asked by then.
 */
export function simulateConviction(input: ConvictionCase): SimulatedConviction {
  const ends: Run[] = []
  for (let run = 0; run < input.runs; run++) {
    ends.push(playRun(input, uniformDraws(input.seed, 'assay/conviction/1', run)))
    if (ends.length >= patience && ends.every(({ convicted }) => !convicted)) break
  }
  const sum = (of: (run: Run) => number) => ends.reduce((total, run) => total + of(run), 0)
  const all = ends.every(({ convicted }) => convicted)
  const mean = (of: (run: Run) => number) => (all ? sum(of) / ends.length : Number.POSITIVE_INFINITY)
  return {
    convicted: ends.filter(({ convicted }) => convicted).length,
    requests: mean(run => run.requests),
    substituted: sum(run => run.cheats) / sum(run => run.requests),
    audited: mean(run => run.audited),
    auditedCheats: mean(run => run.auditedCheats),
  }
}

interface Run {
  readonly convicted: boolean
  readonly requests: number
  /** Substituted answers, audited or not: expected ones. */
  readonly cheats: number
  readonly audited: number
  readonly auditedCheats: number
}

function playRun({ subnet, answers, share, waits, cheated, honest, limit }: ConvictionCase, draw: () => number): Run {
  const bound = 1 / subnet.evidence.alpha
  const weights = streamWeights(subnet)
  const asked = askedStreams(subnet)
  let streams: StreamEvidence = {}
  const see = (eValue: number) => {
    streams = updateStream(streams, drawWeighted(asked, draw()).entry.stream, eValue, subnet)
  }
  for (let answer = 0; answer < honestPast; answer++) see(pick(honest, draw))
  let state: AuditState = { miners: { [key]: { audited: Number.MAX_SAFE_INTEGER / 2, suspicion: 1, answers, failedAt: null } } }
  let [requests, cheats, audited, auditedCheats] = [0, 0, 0, 0]
  while (requests < limit) {
    const { rate, reason } = auditTerms(state.miners[key], subnet)
    const substituted = waits && reason.kind !== 'steady' ? 0 : share
    const eValues: Array<number | null> = []
    let convicted = false
    for (let answer = 0; answer < answers; answer++) {
      const isAudited = draw() < rate
      const isCheat = isAudited && draw() < substituted
      const eValue = isAudited ? pick(isCheat ? cheated : honest, draw) : null
      eValues.push(eValue)
      if (eValue === null || convicted) continue
      audited += 1
      if (isCheat) auditedCheats += 1
      see(eValue)
      convicted = minerEvidence(streams, weights) >= bound
    }
    requests += answers
    cheats += answers * substituted
    if (convicted) return { convicted, requests: requests + answers, cheats: cheats + answers * substituted, audited, auditedCheats }
    const verdicts = eValues.map((eValue, index) => ({
      ...{ requestId: String(requests + index).padStart(32, '0'), minerKey: key, code: null, eValue },
      kind: eValue === null ? ('unaudited' as const) : ('pass' as const),
    }))
    state = applyAudits(state, { verdicts, present: [key] }, subnet)
  }
  return { convicted: false, requests, cheats, audited, auditedCheats }
}

/** The streams of evidence that synthetic answers come in, by how many of them. */
function askedStreams({ models, requests }: SubnetFile): Array<{ stream: string; weight: number }> {
  return models.flatMap(({ name, share }) =>
    requests.temperatures.map(temperature => ({ stream: streamName('synthetic', name, temperature), weight: share })),
  )
}

function pick(values: readonly number[], draw: () => number): number {
  return values[Math.floor(draw() * values.length)] ?? 1
}
