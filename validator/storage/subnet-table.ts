import { canonicalJson, type Json } from '../../shared/protocol/canonical-json.ts'
import type { Subnet, SubnetFile } from '../../shared/subnet/subnet-file.ts'
import type { Store } from './open-store.ts'

/** Keeps the subnet file under its scoring version, so that old rounds can be replayed after the owner changed it. */
export async function saveSubnet({ kysely }: Store, { scoringVersion, file }: Subnet): Promise<void> {
  await kysely
    .insertInto('subnet')
    .values({ scoring_version: scoringVersion, json: canonicalJson(file as unknown as Json) })
    .onConflict(conflict => conflict.doNothing())
    .execute()
}

/** The subnet file that a scoring version names, as stored when it was in force. */
export async function readSubnetFile({ kysely }: Store, scoringVersion: string): Promise<SubnetFile> {
  const { json } = await kysely.selectFrom('subnet').select('json').where('scoring_version', '=', scoringVersion).executeTakeFirstOrThrow()
  // Written by saveSubnet alone, from a parsed file.
  return JSON.parse(json) as SubnetFile
}
