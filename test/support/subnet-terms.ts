import type { SubnetFile, SubnetModel } from '../../shared/subnet/subnet-file.ts'

/** Terms of a toy model: a work unit is an output token. */
export const toyTerms: SubnetModel = {
  name: 'toy',
  path: 'models/toy',
  prompts: 'prompts/toy.json',
  manifestDigest: 'a'.repeat(64),
  precision: 'fp32',
  share: 1,
  work: { promptToken: 0.1, outputToken: 1 },
  greedyPayFactor: 0.5,
  marginBound: 1e-4,
  marginClip: 0.5,
}

/** A whole subnet file around the toy model; parts may be replaced. */
export function toySubnet(parts: Partial<SubnetFile> = {}): SubnetFile {
  return {
    version: 'assay/subnet/1',
    name: 'toy',
    models: [toyTerms],
    round: { blocks: 5, deadlineBlocks: 4, beaconBlocks: 2 },
    requests: { minPerMiner: 1, maxTokens: { min: 8, max: 24 }, temperatures: [0, 0.7, 1], sharedScope: 0.1 },
    audit: { rate: 1 },
    evidence: { alpha: 1e-4, shares: [1, 0.3, 0.1, 0.03] },
    scoring: { windowRounds: 20, convictionBlocks: 100, coldStartRate: 20, growth: 1.5 },
    minCallerStakeRao: 0,
    ...parts,
  }
}
