import { definePallet } from '../../pallet.ts'
import { economyCalls } from './economy-calls.ts'
import { mechanismCalls } from './mechanism-calls.ts'
import { ownerCalls } from './owner-calls.ts'
import { rootCalls } from './root-calls.ts'
import { subnetCalls } from './subnet-calls.ts'
import { adminErrors, adminEvents, adminUtilsId } from './tables.ts'

/** The calls by which owners and sudo change the settings of subnets. */
export const adminUtilsPallet = definePallet({
  id: adminUtilsId,
  events: adminEvents,
  errors: adminErrors,
  calls: { ...ownerCalls, ...subnetCalls, ...mechanismCalls, ...rootCalls, ...economyCalls },
})
