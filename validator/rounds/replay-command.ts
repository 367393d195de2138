import { resolve } from 'node:path'
import { AssayError } from '../../shared/errors/assay-error.ts'
import { waitForCrypto } from '../../shared/identity/crypto-ready.ts'
import { loadModel } from '../../shared/models/load-model.ts'
import { loadSubnet } from '../../shared/subnet/subnet-file.ts'
import { formatTable } from '../../shared/util/format-table.ts'
import { dataFolderOf } from '../data-folder-of.ts'
import { openExistingStore } from '../storage/open-store.ts'
import { readSetting } from '../storage/setting-table.ts'
import type { ValidatorSettings } from '../validator.ts'
import { defaultSubnetFile } from './default-subnet-file.ts'
import { type Replay, replayRound } from './replay-round.ts'

/** Runs `assay validator replay`: prints what was computed and whether it equals what is stored. */
export async function replayCommand(settings: ValidatorSettings, roundText: string, json: boolean): Promise<boolean> {
  if (!/^\d{1,10}$/.test(roundText)) throw new AssayError('CLI_USAGE', { problem: `--round takes a round's number, got "${roundText}".` })
  await waitForCrypto()
  const { folder } = await loadSubnet(settings.subnetFile ?? defaultSubnetFile())
  const store = openExistingStore(dataFolderOf(settings))
  try {
    const master = Buffer.from((await readSetting(store, 'master-secret')) ?? '', 'hex')
    const replay = await replayRound(store, Number(roundText), master, async subnet => {
      const [terms] = subnet.models
      const model = await loadModel(resolve(folder, terms?.path ?? ''))
      if (model.manifestDigest !== terms?.manifestDigest)
        throw new AssayError('VALIDATOR_SUBNET_MODEL', {
          folder: model.folder,
          found: model.manifestDigest,
          expected: terms?.manifestDigest,
        })
      return model
    })
    process.stdout.write(json ? `${JSON.stringify(replay, null, 2)}\n` : renderReplay(replay))
    return replay.differences.length === 0
  } finally {
    store.close()
  }
}

function renderReplay({ round, verdicts, scores, differences }: Replay): string {
  const rows = Object.entries(scores).map(([key, score]) => {
    const mine = verdicts.filter(verdict => verdict.minerKey === key)
    const countOf = (kind: string) => String(mine.filter(verdict => verdict.kind === kind).length)
    return [key, countOf('pass'), countOf('fail'), countOf('miss'), countOf('void'), score.toFixed(2)]
  })
  const table = formatTable(['miner', 'pass', 'fail', 'miss', 'void', 'score'], rows)
  const result =
    differences.length === 0
      ? `round ${round}: ${verdicts.length} verdict${verdicts.length === 1 ? '' : 's'}, the state and the scores are equal byte for byte`
      : `round ${round} differs from what is stored:\n${differences.map(each => `  - ${each}`).join('\n')}`
  return `${table}\n${result}\n`
}
