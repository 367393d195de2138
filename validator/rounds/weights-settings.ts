import { programVersion } from '../../shared/util/program-version.ts'
import type { ValidatorSettings } from '../validator.ts'
import type { WeightsSettings } from './look-at-weights.ts'

/** What the operator chose about weights, and what makes them: this program under the rules of the subnet file. */
export function weightsSettings({ commitForm, lastResort, weightsVersion }: ValidatorSettings, scoringVersion: string): WeightsSettings {
  return {
    commitForm: commitForm === 'hash' ? 'hash' : 'timelocked',
    lastResort: lastResort === 'repeat' ? 'repeat' : 'nothing',
    weightsVersion: weightsVersion === undefined ? null : BigInt(weightsVersion),
    release: `${programVersion()} ${scoringVersion}`,
  }
}
