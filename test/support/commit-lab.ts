import { createHash } from 'node:crypto'
import { devBeaconPublicKey } from '../../shared/devchain/pallets/drand/dev-beacon.ts'
import { drandStorage } from '../../shared/devchain/pallets/drand/tables.ts'
import { storage } from '../../shared/devchain/pallets/subtensor-module/storage.ts'
import { readEpochSchedule } from '../../shared/devchain/pallets/subtensor-module/subnets/read-epoch-schedule.ts'
import { timestampStorage } from '../../shared/devchain/pallets/timestamp.ts'
import { encryptToRound } from '../../shared/timelock/encrypt-to-round.ts'
import { planReveal, type RevealPlan } from '../../shared/timelock/plan-reveal.ts'
import { encodeWeightsPayload } from '../../shared/timelock/weights-payload.ts'
import type { PalletLab } from './pallet-lab.ts'
import { createSubnetLab, netuid } from './subnet-lab.ts'

/** A block's time in the lab, as on the fast preset. */
const blockTimeMs = 500

export interface CommitLab extends PalletLab {
  /** Makes blocks whose clock moves, so that the beacon's rounds come. */
  passBlocks(count?: number): void
  /** Makes blocks up to the one that runs the next epoch, but not that one. */
  passToEpoch(): void
  plan(): RevealPlan
  /** Hex of weights encrypted to a round of the chain's beacon; the payload names `named`, the sender itself unless given. */
  seal(round: bigint, uids: readonly number[], values: readonly number[], named: string): string
  sealBytes(round: bigint, message: Uint8Array): string
}

/** The subnet lab with commit-reveal on and no rate limit between commits. */
export function createCommitLab(): CommitLab {
  const lab = createSubnetLab()
  const { ctx } = lab
  ctx.set(storage.CommitRevealWeightsEnabled, netuid, true)
  ctx.set(storage.WeightsSetRateLimit, netuid, 0n)
  let drawn = 0
  const random = (sizeBytes: number) => {
    drawn += 1
    return Uint8Array.from(createHash('sha256').update(`lab/${drawn}`).digest().subarray(0, sizeBytes))
  }
  const sealBytes = (round: bigint, message: Uint8Array) =>
    `0x${Buffer.from(encryptToRound({ message, round, beaconPublicKey: devBeaconPublicKey, random })).toString('hex')}`
  const passBlocks = (count = 1) => {
    for (let made = 0; made < count; made += 1) {
      ctx.set(timestampStorage.Now, ctx.now + BigInt(blockTimeMs))
      lab.nextBlock()
    }
  }
  return {
    ...lab,
    passBlocks,
    passToEpoch() {
      const { block, lastEpochBlock, tempo } = readEpochSchedule(ctx, netuid)
      passBlocks(lastEpochBlock + tempo - block - 1)
    },
    plan() {
      const { genesis_time, period } = ctx.get(drandStorage.BeaconConfig)
      return planReveal({
        schedule: { ...readEpochSchedule(ctx, netuid), block: ctx.block - 1 },
        epochIndex: Number(ctx.get(storage.SubnetEpochIndex, netuid)),
        revealPeriodEpochs: Number(ctx.get(storage.RevealPeriodEpochs, netuid)),
        blockTimeMs,
        nowMs: Number(ctx.now) - blockTimeMs,
        beacon: { genesisSec: genesis_time, periodSec: period },
      })
    },
    seal: (round, uids, values, named) =>
      sealBytes(round, encodeWeightsPayload({ hotkey: Buffer.from(named.slice(2), 'hex'), uids, values, versionKey: 0n })),
    sealBytes,
  }
}
