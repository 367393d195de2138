import type { ScoreRequest, ScoreResult } from '../../shared/engine/engine-port.ts'
import { type Bundle, parseBundle } from '../../shared/protocol/bundle.ts'
import { commitmentFields } from '../../validator/audit/commitment-fields.ts'
import { epochSecret } from '../../validator/audit/epoch-secret.ts'
import { buildBundle } from '../../validator/reports/build-bundle.ts'
import { placeCommitment, saveCommitment } from '../../validator/storage/commitment-table.ts'
import { saveChanges, saveIntent } from '../../validator/storage/intent-table.ts'
import type { ModelFacts } from '../../validator/verification/checks/answer.ts'
import type { BundleReport } from '../../validator/verify/bundle-report.ts'
import { checkBundle } from '../../validator/verify/check-bundle.ts'
import { type Deed, type LabOptions, labKey, labMaster, openSettlementLab, type SettlementLab } from './settlement-lab.ts'
import { toyPromptIds } from './toy-answer.ts'
import { toyModel, toyStatistics } from './toy-exchange.ts'

export interface BundleLab extends SettlementLab {
  /** Bundle of a deed of the round, by its number. */
  export(deed: number): Promise<Bundle>
  /** The finalised chain discloses the secret of the round's epoch. */
  disclose(): Promise<void>
  /** The finalised chain shows weights that the round's scores fed. */
  reveal(): Promise<void>
}

/** Round 40 of the toy subnet, settled: each deed is one request to miner One. Its secret was committed to in block 190. */
export async function openBundleLab(deeds: readonly Deed[], options: LabOptions = {}): Promise<BundleLab> {
  const lab = await openSettlementLab(options)
  const commit = async (epoch: number, block: number, closed: number | null) => {
    const fields = commitmentFields({
      coming: epochSecret(labMaster, 2, epoch),
      closed: closed === null ? null : epochSecret(labMaster, 2, closed),
      scoringVersion: lab.subnet.scoringVersion,
      calibrationDigest: null,
    })
    await saveCommitment(lab.store, { epoch, fields: fields.map(each => `0x${Buffer.from(each).toString('hex')}`), discloses: closed })
    await placeCommitment(lab.store, epoch, block, true)
  }
  await commit(20, 190, null)
  await lab.ask(40, { One: deeds })
  await lab.settle(40)
  return {
    ...lab,
    export: deed => buildBundle(lab.store, lab.requestId(40, 'One', deed), labMaster),
    disclose: () => commit(22, 400, 20),
    async reveal() {
      const id = await saveIntent(lab.store, {
        ...{ form: 'set-weights', epoch: 21, round: 41, commit: null, salt: null, revealRound: null, versionKey: 0n },
        ...{ vector: { uids: [1], values: [65_535] }, targets: [labKey('One')] },
      })
      await saveChanges(lab.store, [{ id, status: 'finalised', block: 300 }])
    },
  }
}

/** Judges a bundle with the toy model and a reference of the given statistics; the bundle is any JSON, as from a file. */
export async function verifyToy(
  bundle: unknown,
  score: (request: ScoreRequest) => ScoreResult = ({ tokenIds }) => toyStatistics(tokenIds.length),
  facts: ModelFacts = toyModel,
  hiddenSize?: number,
): Promise<BundleReport> {
  const reference = {
    facts,
    hiddenSize,
    promptIdsOf: (ask: Bundle['exchange']['ask']) => ('messages' in ask ? toyPromptIds(ask) : []),
    score: async (request: ScoreRequest) => score(request),
  }
  return checkBundle(parseBundle(bundle), 'bundle.json', reference, new AbortController().signal)
}
