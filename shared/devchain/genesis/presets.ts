import { storage } from '../pallets/subtensor-module/storage.ts'
import { deviation, type Preset, type PresetName } from './preset.ts'

/** What a chain may start as: `default` is Subtensor's own figures, `fast` is for worlds and tests. */
export const presets: Readonly<Record<PresetName, Preset>> = {
  default: { name: 'default', blockTimeMs: 12_000, deviations: [] },
  fast: {
    name: 'fast',
    blockTimeMs: 500,
    deviations: [
      deviation(storage.Tempo, 10, 'an epoch every ten blocks, on subnets registered later too, so that emission shows within seconds'),
      deviation(storage.NetworkRateLimit, 0n, 'a world registers its subnet in the first blocks'),
      deviation(storage.WeightsSetRateLimit, 1n, 'validators set weights in every epoch of ten blocks'),
      deviation(storage.AdminFreezeWindow, 0, 'a window of ten blocks would always be closed when epochs are ten blocks apart'),
      deviation(storage.ServingRateLimit, 1n, 'a restarted miner serves its new address at once'),
    ],
  },
}
