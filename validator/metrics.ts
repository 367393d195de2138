import { Counter, Gauge, Histogram, Registry } from 'prom-client'

/** What a validator counts; names and labels are part of the product's face. */
export interface ValidatorMetrics {
  readonly registry: Registry
  readonly verdicts: Counter<'kind' | 'code'>
  readonly requests: Counter<'outcome'>
  readonly openings: Counter<'outcome'>
  readonly settledRound: Gauge
  readonly duplicates: Counter
  readonly suspendedChecks: Gauge<'check'>
  readonly referenceSeconds: Histogram
  readonly weightSubmissions: Counter<'outcome'>
  readonly missedTempos: Gauge
  readonly chainTroubles: Counter<'code'>
}

/** Creates a validator's own registry, so that several can live in one process. */
export function createMetrics(): ValidatorMetrics {
  const registry = new Registry()
  const registers = [registry]
  return {
    registry,
    verdicts: new Counter({
      name: 'assay_validator_verdicts_total',
      help: 'Verdicts by kind and code',
      labelNames: ['kind', 'code'],
      registers,
    }),
    requests: new Counter({
      name: 'assay_validator_requests_total',
      help: 'Requests by what came back',
      labelNames: ['outcome'],
      registers,
    }),
    openings: new Counter({
      name: 'assay_validator_openings_total',
      help: 'Openings of audited answers by what came back',
      labelNames: ['outcome'],
      registers,
    }),
    duplicates: new Counter({
      name: 'assay_validator_duplicate_answers_total',
      help: 'Groups of answers to different requests that hold the same tokens, where chance does not bring that about',
      registers,
    }),
    suspendedChecks: new Gauge({
      name: 'assay_validator_suspended_checks',
      help: 'Statistical checks by whether the control miner fails them, so that they did not count in the last settled round: 1 or 0',
      labelNames: ['check'],
      registers,
    }),
    settledRound: new Gauge({ name: 'assay_validator_settled_round', help: 'Number of the last settled round', registers }),
    referenceSeconds: new Histogram({
      name: 'assay_validator_reference_seconds',
      help: 'Wall time of one reference run',
      registers,
      buckets: [0.01, 0.03, 0.1, 0.3, 1, 3, 10],
    }),
    missedTempos: new Gauge({ name: 'assay_validator_missed_tempos', help: 'Tempos in a row that ended without our weights', registers }),
    chainTroubles: new Counter({
      name: 'assay_validator_chain_troubles_total',
      help: 'Endpoints that were left or that contradict the chain, by error code',
      labelNames: ['code'],
      registers,
    }),
    weightSubmissions: new Counter({
      name: 'assay_validator_weight_submissions_total',
      help: 'Weight submissions by outcome',
      labelNames: ['outcome'],
      registers,
    }),
  }
}
