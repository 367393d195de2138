import type { ValidatorSettings } from '../validator.ts'
import type { WeightsSettings } from './look-at-weights.ts'

/** What the operator chose about weights. */
export function weightsSettings({ commitForm, lastResort, weightsVersion }: ValidatorSettings): WeightsSettings {
  return {
    commitForm: commitForm === 'hash' ? 'hash' : 'timelocked',
    lastResort: lastResort === 'repeat' ? 'repeat' : 'nothing',
    weightsVersion: weightsVersion === undefined ? null : BigInt(weightsVersion),
  }
}
