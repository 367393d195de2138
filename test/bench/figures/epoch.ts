import { isDeepStrictEqual } from 'node:util'
import type { EpochInput, SparseRow } from '../../../shared/consensus/epoch-input.ts'
import { runEpoch } from '../../../shared/consensus/run-epoch.ts'
import { naiveEpoch } from '../../support/naive-epoch.ts'
import { subnetInput } from '../../support/subnet-input.ts'
import type { Figure } from '../figure.ts'
import { cpuOf, intervalOf } from '../measure-ratio.ts'

const neurons = 256
const validators = 64
const rounds = 11
const dropped = 2
const repeat = 10

/** One exact epoch of 256 neurons and 64 validators with full rows of weights and bonds, beside dense BigInt loops and a calibration loop. */
export async function measure(): Promise<Figure[]> {
  const input = fullSubnet()
  if (!isDeepStrictEqual(runEpoch(input), naiveEpoch(input))) throw new Error('the two epochs disagree, so their times say nothing')
  const exact: number[] = []
  const naive: number[] = []
  const calibration: number[] = []
  const ratios: number[] = []
  const again: number[] = []
  for (let round = 0; round < rounds; round++) {
    const first = await cpuMs(() => runEpoch(input), repeat)
    const second = await cpuMs(() => naiveEpoch(input), 1)
    const third = await cpuMs(() => naiveEpoch(input), 1)
    const fourth = await cpuMs(() => runEpoch(input), repeat)
    const loop = await cpuMs(calibrate, 1)
    if (round < dropped) continue
    exact.push((first + fourth) / 2)
    naive.push((second + third) / 2)
    calibration.push(loop)
    ratios.push((second + third) / (first + fourth))
    again.push(fourth / first)
  }
  const ms = 'ms of CPU'
  return [
    { name: 'epoch-256x64-ms', ...intervalOf(exact), unit: ms, note: 'one exact epoch, Yuma 2, full rows' },
    { name: 'epoch-256x64-naive-ms', ...intervalOf(naive), unit: ms, note: 'the same by dense BigInt loops' },
    { name: 'epoch-256x64-naive-over-exact', ...intervalOf(ratios), unit: 'ratio', note: 'paired, A B B A' },
    { name: 'epoch-256x64-a-a', ...intervalOf(again), unit: 'ratio', note: 'the exact epoch over itself: the noise' },
    { name: 'epoch-256x64-calibration-ms', ...intervalOf(calibration), unit: ms, note: 'ten million steps of a plain integer loop' },
  ]
}

async function cpuMs(run: () => unknown, times: number): Promise<number> {
  return (await cpuOf(async () => run(), times)) / times / 1000
}

function calibrate(): number {
  let state = 1
  for (let step = 0; step < 10_000_000; step++) state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0
  return state
}

function fullSubnet(): EpochInput {
  let state = 1
  const draw = (limit: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * limit)
  }
  const uids = [...Array(neurons).keys()]
  const rows = (value: (uid: number) => number): SparseRow[] =>
    uids.map(uid => (uid < validators ? uids.map((target): [number, number] => [target, value(target)]) : []))
  return subnetInput(
    uids.map(uid => (uid < validators ? 10 ** 12 + draw(10 ** 12) : draw(10 ** 6))),
    {
      block: 10_000,
      tempo: 360,
      lastStep: 9640,
      maxValidators: validators,
      ownerUid: 0,
      lastUpdate: uids.map(() => 9990),
      blockAtRegistration: uids.map(() => 100),
      validatorPermits: uids.map(uid => uid < validators),
      weights: rows(target => 30_000 + draw((target % 7) * 5000)),
      bonds: rows(() => draw(65_536)),
      raoEmission: 295_201_647_720n,
    },
  )
}
