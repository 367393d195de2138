import { createHash } from 'node:crypto'
import type { Figure } from '../figure.ts'
import { measureRatio } from '../measure-ratio.ts'

/** The A/A control: one piece of work against itself. Its interval is the noise of this run; no gate finer than it means anything. */
export async function measure(): Promise<Figure[]> {
  const data = Buffer.alloc(1 << 20, 7)
  const work = async () => createHash('sha256').update(data).digest()
  const same = await measureRatio(work, work, { rounds: 15, repeat: 20 })
  return [{ name: 'control-a-a', ...same, unit: 'ratio', note: 'the same work on both sides: the noise floor of this run' }]
}
