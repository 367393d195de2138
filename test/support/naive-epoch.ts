import type { EpochInput, SparseRow } from '../../shared/consensus/epoch-input.ts'
import type { EpochOutput } from '../../shared/consensus/epoch-output.ts'

// The same epoch a second time, written without a shared line: dense matrices of BigInt, one loop per formula, nothing skipped.
// It is the oracle of the differential test and the floor of the benchmark. Rows must be ordered by uid.

type Vector = bigint[]
/** A cell is undefined where the sparse row has no entry. */
type Matrix = (bigint | undefined)[][]

const bits = 32n
const F = 1n << bits
const num = (value: number): bigint => BigInt(value) * F
const U = num(65535)
const mul = (a: bigint, b: bigint): bigint => (a * b) >> bits
const div = (a: bigint, b: bigint): bigint => (b === 0n ? 0n : (a << bits) / b)
const sum = (values: Vector): bigint => values.reduce((a, b) => a + b, 0n)
const norm = (values: Vector): Vector => (sum(values) === 0n ? values : values.map(value => div(value, sum(values))))
const least = (a: bigint, b: bigint): bigint => (a < b ? a : b)
const most = (a: bigint, b: bigint): bigint => (a > b ? a : b)
const clamp = (value: bigint, low: bigint, high: bigint): bigint => most(low, least(high, value))
const toU16 = (value: bigint): number => Number(clamp(mul(value, U) >> bits, 0n, 65535n))
const dense = (rows: readonly SparseRow[]): Matrix =>
  rows.map(row => rows.map((_, j) => (row.some(([uid]) => uid === j) ? num(row.find(([uid]) => uid === j)![1]) : undefined)))
const each = (matrix: Matrix, change: (value: bigint, i: number, j: number) => bigint | undefined): Matrix =>
  matrix.map((row, i) => row.map((value, j) => (value === undefined ? undefined : change(value, i, j))))
const column = (matrix: Matrix, j: number): Vector => matrix.map(row => row[j] ?? 0n)

function columnNorm(matrix: Matrix): Matrix {
  const sums = matrix.map((_, j) => sum(column(matrix, j)))
  return each(matrix, (value, _, j) => (sums[j] === 0n ? value : div(value, sums[j]!)))
}

/** One epoch by dense BigInt loops. */
export function naiveEpoch(input: EpochInput): EpochOutput {
  const n = input.stakeWeights.length
  const uids = [...Array(n).keys()]
  const owner = input.ownerUid
  const active = uids.map(i => !(input.lastUpdate[i]! + input.activityCutoff < input.block))

  const raw = uids.map(i => (i !== owner && input.stakeWeights[i]! < input.stakeThreshold ? 0n : input.stakeWeights[i]! << 64n))
  const S = uids.map(i => (sum(raw) === 0n ? 0n : ((raw[i]! << 64n) / sum(raw)) >> bits))
  const permits = uids.map(i => input.validatorPermits[i]! || i === owner)
  const order = uids.toSorted((a, b) => (S[a]! < S[b]! ? -1 : S[a]! > S[b]! ? 1 : a - b))
  const cleared = new Set(order.slice(0, Math.max(0, n - input.maxValidators)))
  const newPermits = uids.map(i => i === owner || (S[i] !== 0n && !cleared.has(i)))
  const A = norm(uids.map(i => (active[i] && permits[i] ? S[i]! : 0n)))

  const reg = input.blockAtRegistration
  let W = each(dense(input.weights), (value, i, j) => {
    if (!permits[i] || (i === j && i !== owner) || input.lastUpdate[i]! <= reg[j]!) return undefined
    const commit = input.commitBlocks === null ? null : (input.commitBlocks[i] ?? null)
    return commit !== null && commit < reg[j]! ? undefined : value
  })
  W = W.map(row => {
    const total = sum(row.map(value => value ?? 0n))
    return row.map(value => (value === undefined ? undefined : div(value, total)))
  })

  const voters = uids.filter(i => A[i]! > 0n)
  const us = norm(voters.map(i => A[i]!))
  const minority = sum(us) - div(num(input.kappa), U)
  const C = uids.map(j =>
    median(
      us,
      voters.map(i => W[i]![j] ?? 0n),
      minority,
    ),
  )
  const CW = each(W, (value, _, j) => (value > C[j]! ? (C[j]! > 0n ? C[j] : undefined) : value))
  const I = norm(uids.map(j => sum(uids.map(i => mul(A[i]!, CW[i]![j] ?? 0n)))))

  const penalty = div(num(input.bondsPenalty), U)
  const between = W.map((row, i) =>
    row.map((value, j) => {
      const mixed = (value ?? 0n) + mul(penalty, (CW[i]![j] ?? 0n) - (value ?? 0n))
      return mixed > 0n ? mixed : undefined
    }),
  )
  const WB = penalty === 0n ? W : penalty === F ? CW : between

  const lastTempo = input.lastStep === 0 ? Math.max(0, input.block - input.tempo) : input.lastStep + 1
  const stored = each(dense(input.bonds), (value, _, j) => (lastTempo <= reg[j]! ? undefined : value))
  const alpha = F - (((BigInt(input.bondsMovingAverage) << 64n) / 1_000_000n) >> bits)
  const ema = (next: Matrix, old: Matrix): Matrix =>
    next.map((row, i) =>
      row.map((value, j) => {
        const mixed = mul(alpha, value ?? 0n) + mul(F - alpha, old[i]![j] ?? 0n)
        return mixed > 0n ? mixed : undefined
      }),
    )

  let E: Matrix
  let D: Vector
  if (!input.yuma3) {
    const delta = columnNorm(each(WB, (value, i) => mul(value, A[i]!)))
    const shares = columnNorm(ema(delta, columnNorm(stored)))
    D = norm(uids.map(i => sum(uids.map(j => mul(I[j]!, shares[i]![j] ?? 0n)))))
    const tops = uids.map(j => column(shares, j).reduce(most, 0n))
    E = each(shares, (value, _, j) => div(value, tops[j]!))
  } else {
    const B = each(stored, value => div(value, U))
    E =
      input.liquidAlpha && C.some(value => value !== 0n)
        ? each(WB, (value, i, j) => {
            const bond = B[i]![j] ?? 0n
            const a = sigmoidAlpha(input, C[j]!, value, bond)
            const next = least(F, mul(F - a, bond) + most(0n, mul(a, value)))
            return next > 0n ? next : undefined
          })
        : ema(WB, B)
    const shares = columnNorm(E)
    D = norm(uids.map(i => mul(sum(uids.map(j => mul(shares[i]![j] ?? 0n, I[j]!))), A[i]!)))
  }

  const es = sum(I) + sum(D)
  const fallback = sum(A) === 0n ? S : A
  const rao = (shares: Vector): bigint[] => shares.map(share => (share * input.raoEmission) >> bits)
  return {
    active,
    stakeWeight: S.map(toU16),
    consensus: C.map(toU16),
    incentive: I.map(toU16),
    dividends: D.map(toU16),
    validatorTrust: CW.map(row => toU16(sum(row.map(value => value ?? 0n)))),
    validatorPermits: newPermits,
    bonds: E.map((row, i) => (newPermits[i] ? row.flatMap((value, j) => (value === undefined ? [] : [[j, toU16(value)] as const])) : [])),
    serverEmission: rao(es === 0n ? I : I.map(share => div(share, es))),
    validatorEmission: rao(es === 0n ? fallback : D.map(share => div(share, es))),
    combinedEmission: rao(es === 0n ? fallback : norm(uids.map(i => I[i]! + D[i]!))),
  }
}

function median(stake: Vector, score: Vector, minority: bigint): bigint {
  let current = stake.map((_, index) => index)
  let low = 0n
  let high = sum(stake)
  for (let round = 0; round <= stake.length; round++) {
    if (current.length <= 1) return current.length === 0 ? 0n : score[current[0]!]!
    const pivot = score[current[Math.floor(current.length / 2)]!]!
    const lower = current.filter(index => score[index]! < pivot)
    const upper = current.filter(index => score[index]! > pivot)
    const lowerStake = sum(lower.map(index => stake[index]!))
    const upperStake = sum(upper.map(index => stake[index]!))
    if (minority < low + lowerStake && lower.length > 0) {
      current = lower
      high = low + lowerStake
    } else if (high - upperStake <= minority && upper.length > 0) {
      current = upper
      low = high - upperStake
    } else return pivot
  }
  return 0n
}

function sigmoidAlpha(input: EpochInput, consensus: bigint, weight: bigint, bond: bigint): bigint {
  const low = div(num(input.alphaLow), U)
  const high = div(num(input.alphaHigh), U)
  const difference = clamp(weight >= bond ? weight - consensus : bond - weight, 0n, F)
  const slope = div(num(input.sigmoidSteepness), num(-100))
  const sigmoid = div(F, F + exponential(mul(slope, difference - F / 2n)))
  return clamp(low + mul(sigmoid, high - low), low, high)
}

function exponential(x: bigint): bigint {
  const clamped = clamp(x, num(-20), num(20))
  if (clamped === 0n) return F
  if (clamped === F) return 22_802_600n << 9n
  const t = clamped < 0n ? -clamped : clamped
  let term = t
  let result = t + F
  for (let i = 2n; i <= 31n; i++) {
    term = mul(term, t) / i
    result += term
  }
  return clamped < 0n ? div(F, result) : result
}
