import { tmpdir } from 'node:os'
import { fileURLToPath } from 'node:url'
import { jsonOption } from '../../shared/chain/commands/command-options.ts'
import type { EngineContext } from '../../shared/engine/engine-plugin.ts'
import { AssayError } from '../../shared/errors/assay-error.ts'
import type { LoadedModel } from '../../shared/models/load-model.ts'
import { loadSettings } from '../../shared/settings/load-settings.ts'
import { defineOptions, type SettingsOf } from '../../shared/settings/option.ts'
import { type MinerSettings, minerOptions } from '../options.ts'

const here = import.meta.url
const tinyModel = fileURLToPath(new URL(`${here.endsWith('.ts') ? '../../' : '../../../'}config/models/assay-tiny`, here))

const { walletPath, walletName, walletHotkey, hotkeyFile, passwordFile } = minerOptions
const { modelFolders, engine, provider, threads, kvMemory, upstreamUrls, upstreamModel, upstreamKeyFile } = minerOptions

/** The settings of `assay miner bench`: the miner's own, and how to measure. */
export const benchOptions = defineOptions({
  ...{ walletPath, walletName, walletHotkey, hotkeyFile, passwordFile },
  modelFolder: {
    type: 'string',
    unit: 'folder',
    default: tinyModel,
    description: 'folder of the model; the tiny one of this package unless given',
  },
  ...{ modelFolders, engine, provider, threads, kvMemory, upstreamUrls, upstreamModel, upstreamKeyFile },
  benchBatch: { type: 'integer', default: 16, min: 1, max: 256, description: 'requests at the same time, beside one alone' },
  seconds: {
    type: 'number',
    unit: 's',
    default: 5,
    min: 0.05,
    max: 600,
    description: 'length of each measurement, of which there are four for a model',
  },
  challenge: { type: 'string', unit: 'hex', description: '64 hex digits of the one who wants this benchmark, which show that it is new' },
  ...jsonOption,
})
export type BenchSettings = SettingsOf<typeof benchOptions>

/** Throws SETTINGS_INVALID where the challenge is none. */
export function checkChallenge({ challenge }: BenchSettings): void {
  if (challenge === undefined || /^[0-9a-f]{64}$/.test(challenge)) return
  throw new AssayError('SETTINGS_INVALID', {
    problems: `  - --challenge: expected 64 hex digits in lower case, got ${JSON.stringify(challenge)}`,
  })
}

/** The same settings for what a miner's modules take. */
export function minerSettingsOf(settings: BenchSettings): MinerSettings {
  const known = Object.fromEntries(Object.entries(settings).filter(([key]) => key in minerOptions))
  return loadSettings(minerOptions, { flags: { ...known, netuid: 0 } })
}

/** What an engine is opened with for a measurement. */
export function engineContextOf(settings: BenchSettings, model: LoadedModel, hotkey: string): EngineContext {
  const servers = {
    ...(settings.upstreamModel && { model: settings.upstreamModel }),
    ...(settings.upstreamKeyFile && { keyFile: settings.upstreamKeyFile }),
  }
  return {
    ...{ model, hotkey, threads: settings.threads, provider: settings.provider, concurrency: settings.benchBatch, stateFolder: tmpdir() },
    ...(settings.kvMemory > 0 && { kvLimitBytes: settings.kvMemory * 2 ** 20 }),
    ...(settings.upstreamUrls && { upstream: { urls: settings.upstreamUrls, ...servers } }),
  }
}
