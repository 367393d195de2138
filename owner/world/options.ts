import { defineOptions } from '../../shared/settings/option.ts'

/** The settings of `assay up`. */
export const worldOptions = defineOptions({
  epochs: { type: 'integer', min: 1, description: 'end after this many epochs; without it the world runs until Ctrl-C' },
  json: { type: 'string', unit: 'file', description: 'write the last table there as JSON' },
  blockTime: { type: 'integer', unit: 'ms', min: 100, default: 500, description: "the chain's block time; an epoch has ten blocks" },
  folder: { type: 'string', unit: 'folder', description: 'where wallets, databases and logs go (kept); without it a temporary folder' },
  keep: { type: 'boolean', default: false, description: 'keep the temporary folder' },
  subnetFile: {
    type: 'string',
    unit: 'file',
    description: "the owner's subnet file; its rounds, requests, scoring and least caller stake are replaced by the world's",
  },
})
