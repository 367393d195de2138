import type { EpochOutput } from './epoch-output.ts'

/** What the epochs of a subnet's mechanisms come to for the subnet itself; incentive and bonds stay with each mechanism. */
export type CombinedEpoch = Omit<EpochOutput, 'incentive' | 'bonds'>

/**
 * Adds up one epoch of each mechanism: what is paid is summed, stored shares and emissions are sums weighted by each mechanism's part
 * of the alpha (64 fraction bits, floored term by term), an activity or permit of any mechanism counts. Where there was no alpha the
 * first mechanism counts alone. `emissions` are the parts in rao, one per output.
 */
export function combineMechanisms(outputs: readonly EpochOutput[], emissions: readonly bigint[]): CombinedEpoch {
  const total = emissions.reduce((sum, part) => sum + part, 0n)
  const weights = emissions.map((part, mechanism) => (total === 0n ? (mechanism === 0 ? 1n << 64n : 0n) : (part << 64n) / total))
  const neurons = outputs[0]?.active.map((_, uid) => uid) ?? []
  const share = (read: (output: EpochOutput) => readonly number[]) =>
    neurons.map(uid => Number(weighted(outputs.map(output => BigInt(read(output)[uid] ?? 0)))))
  const sum = (read: (output: EpochOutput) => readonly bigint[]) =>
    neurons.map(uid => outputs.reduce((all, output) => all + (read(output)[uid] ?? 0n), 0n))
  const any = (read: (output: EpochOutput) => readonly boolean[]) => neurons.map(uid => outputs.some(output => read(output)[uid] === true))

  function weighted(terms: readonly bigint[]): bigint {
    return terms.reduce((all, term, mechanism) => all + ((term * (weights[mechanism] ?? 0n)) >> 64n), 0n)
  }

  return {
    active: any(output => output.active),
    stakeWeight: share(output => output.stakeWeight),
    consensus: share(output => output.consensus),
    dividends: share(output => output.dividends),
    validatorTrust: share(output => output.validatorTrust),
    validatorPermits: any(output => output.validatorPermits),
    serverEmission: sum(output => output.serverEmission),
    validatorEmission: sum(output => output.validatorEmission),
    combinedEmission: neurons.map(uid => weighted(outputs.map(output => output.combinedEmission[uid] ?? 0n))),
  }
}
