import { request } from 'undici'
import { abortAfter } from '../../shared/util/abort-after.ts'
import type { ValidatorStatus } from './report.ts'

/** Reads a validator's local status page; null where it does not answer in time, so that one busy process does not stop the table. */
export async function readStatus(address: string, signal: AbortSignal): Promise<ValidatorStatus | null> {
  try {
    const response = await request(`${address}/status`, { signal: abortAfter(5_000, signal) })
    // Our own child on loopback wrote it, in the shape that this type states.
    return response.statusCode === 200 ? ((await response.body.json()) as ValidatorStatus) : null
  } catch {
    return null
  }
}
