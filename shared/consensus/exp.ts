import { div, mul, one } from './fixed.ts'

const limit = 20 * one
// What the chain returns for exactly 1: its constant e has 23 fraction bits.
const e = 22_802_600 * 512
// Above this value terms of the series pass 2^21, where doubles stop being exact.
const doubleLimit = 14 * one
const terms = 31

/** e^x in I32F32 by the chain's Taylor series of 31 terms; x is clamped to -20..20, and e^-x is 1 / e^x. */
export function exp(x: number): number {
  const clamped = Math.max(-limit, Math.min(limit, x))
  if (clamped === 0) return one
  if (clamped === one) return e
  const t = Math.abs(clamped)
  const result = t <= doubleLimit ? series(t) : bigSeries(BigInt(t))
  return clamped < 0 ? div(one, result) : result
}

function series(t: number): number {
  let result = t + one
  let term = t
  for (let i = 2; i <= terms && term > 0; i++) {
    term = Math.floor(mul(term, t) / i)
    result += term
  }
  return result
}

function bigSeries(t: bigint): number {
  let result = t + (1n << 32n)
  let term = t
  for (let i = 2n; i <= terms; i++) {
    term = ((term * t) >> 32n) / i
    result += term
  }
  return Number(result)
}
