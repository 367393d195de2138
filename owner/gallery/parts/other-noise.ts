import { createHash } from 'node:crypto'

/** Another noise key that follows from the legal one: that of another hotkey, or of another try. */
export function otherNoise(noiseKey: Uint8Array, label: string): Uint8Array {
  return createHash('sha256').update(noiseKey).update(label).digest()
}
