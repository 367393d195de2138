import { connectionOptions } from '../../shared/chain/connection-options.ts'
import { defineOptions, type SettingsOf } from '../../shared/settings/option.ts'

/** The settings of `assay validator audit-plan`. */
export const auditPlanOptions = defineOptions({
  netuid: {
    type: 'integer',
    min: 0,
    max: 65_535,
    default: 1,
    description: 'the subnet whose registration price is read, where a chain is named',
  },
  ...connectionOptions,
  subnetFile: { type: 'string', unit: 'file', description: "the owner's subnet file; without it the one that comes with Assay" },
  answers: {
    type: 'integer',
    min: 1,
    max: 100_000,
    description: 'answers of the miner in a round; without it those of a newcomer at the cold-start rate',
  },
  json: { type: 'boolean', default: false, description: 'print the plan as JSON' },
})
export type AuditPlanSettings = SettingsOf<typeof auditPlanOptions>
