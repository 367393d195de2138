import type { SubnetFile } from '../../shared/subnet/subnet-file.ts'
import { drawRequests } from '../../validator/challenge/draw-requests.ts'
import { type DrawnRequest, minerKey, type RoundMiner } from '../../validator/challenge/drawn-request.ts'
import { applyRamp } from '../../validator/scoring/apply-ramp.ts'
import { applyRound } from '../../validator/scoring/apply-round.ts'
import { offeredRates } from '../../validator/scoring/offered-rates.ts'
import { emptyRamp, type RampState } from '../../validator/scoring/ramp-state.ts'
import { emptyScores, type ScoreState } from '../../validator/scoring/score-state.ts'
import type { Verdict } from '../../validator/verification/verdict.ts'
import { fixedRate } from './fixed-rate.ts'
import type { Machine } from './simulated-machine.ts'

export interface SimulatedMiner {
  readonly miner: RoundMiner
  readonly machine: Machine
}

export interface SimulatedRound {
  /** By validator, then by uid. */
  readonly scores: ReadonlyMap<string, ReadonlyMap<number, number>>
  readonly offered: ReadonlyMap<string, ReadonlyMap<number, number>>
  readonly missShare: number
}

interface Validator {
  readonly name: string
  readonly seed: Uint8Array
  scores: ScoreState
  ramp: RampState
  carry: ReadonlyMap<string, number>
}

const model = {
  manifestDigest: 'a'.repeat(64),
  prompts: { templates: [{ kind: 'sum', text: '{n} {n} {n}' }], slots: { n: Array.from({ length: 50 }, (_, index) => `${index}`) } },
  contextLength: 512,
  promptIdsOf: () => [1, 2, 3, 4, 5, 6, 7, 8],
}

/** Plays rounds of several validators against simulated machines with the validator's own drawing, ramp and scoring. */
export function simulateSubnet(
  miners: readonly SimulatedMiner[],
  validators: readonly string[],
  rounds: number,
  roundSeconds: number,
  subnet: SubnetFile,
): SimulatedRound[] {
  const states = validators.map((name, index): Validator => {
    const seed = new Uint8Array(32).fill(index + 1)
    return { name, seed, scores: emptyScores, ramp: emptyRamp, carry: new Map() }
  })
  const machines = new Map(miners.map(({ miner, machine }) => [miner.uid, machine]))
  const neurons = miners.map(({ miner }) => miner)
  const uidOf = new Map(neurons.map(miner => [minerKey(miner), miner.uid]))
  const byUid = (values: ReadonlyMap<string, number>) => new Map([...values].map(([key, value]) => [uidOf.get(key) ?? -1, value]))
  return Array.from({ length: rounds }, (_, round) => {
    const drawn = states.map(state => {
      const offered = offeredRates(state.ramp, neurons, subnet)
      const input = { seed: state.seed, round, netuid: 2, miners: neurons, offeredRates: offered, carry: state.carry, roundSeconds, subnet }
      const { requests, carry } = drawRequests({ ...input, models: new Map([['toy', model]]) })
      state.carry = carry
      return { state, offered, requests }
    })
    const queue = drawn
      .flatMap(({ state, requests }) => requests.map(request => ({ state, request })))
      .sort((a, b) => a.request.at - b.request.at)
    const verdicts = new Map<Validator, Verdict[]>(states.map(state => [state, []]))
    for (const { state, request } of queue) {
      const at = (round + request.at) * roundSeconds
      const tokens = machines.get(request.miner.uid)?.answer(state.name, at, request.promptIds.length, request.ask.max_tokens) ?? null
      verdicts.get(state)?.push(verdictOf(request, tokens))
    }
    for (const { state, offered } of drawn) {
      const settled = {
        number: round,
        block: round * 5,
        seconds: roundSeconds,
        present: [...uidOf.keys()],
        verdicts: verdicts.get(state) ?? [],
      }
      const result = applyRound(state.scores, settled, subnet)
      state.scores = result.state
      state.ramp = applyRamp(state.ramp, { ...settled, offered, convicted: result.convicted }, subnet)
      lastScores.set(state, result.scores)
    }
    const all = [...verdicts.values()].flat()
    return {
      scores: new Map(states.map(state => [state.name, byUid(lastScores.get(state) ?? new Map())])),
      offered: new Map(drawn.map(({ state, offered }) => [state.name, byUid(offered)])),
      missShare: all.filter(({ kind }) => kind === 'miss').length / all.length,
    }
  })
}

const lastScores = new WeakMap<Validator, ReadonlyMap<string, number>>()

function verdictOf({ miner, ask, askedWork, promptIds }: DrawnRequest, tokens: number | null): Verdict {
  const common = {
    requestId: ask.assay.requestId,
    minerKey: minerKey(miner),
    evidence: {},
    stream: null,
    askedWork,
    auditRate: 1,
    auditReason: fixedRate,
    commitmentBlock: null,
  }
  if (tokens === null) return { ...common, kind: 'miss', code: 'refused', eValue: null, work: 0 }
  const paid = ask.assay.scope === 'request' ? 0 : ask.temperature === 0 ? 0.5 : 1
  return { ...common, kind: 'pass', code: null, eValue: 0.5, work: paid * (tokens + promptIds.length / 10) }
}
