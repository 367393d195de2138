import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { deserialize, serialize } from 'node:v8'
import { sha256Hex } from '../../../shared/util/sha256-hex.ts'
import type { AnswerSample } from './answer-sample.ts'

/** Answers measured before, so that another run only adds to them. */
export interface SampleStore {
  /** The answers to a source's requests from one place on, from the store or as `make` makes them. */
  fetch(source: string, from: number, count: number, make: () => Promise<AnswerSample[]>): Promise<AnswerSample[]>
}

/** What is stored under another stamp (model, settings) is never used; without a folder nothing is kept. */
export function openSampleStore(folder: string | undefined, stamp: string): SampleStore {
  if (folder === undefined) return { fetch: (_source, _from, _count, make) => make() }
  return {
    async fetch(source, from, count, make) {
      const file = join(folder, `${source.replace(/[^\w-]+/g, '_')}-${from}-${count}-${sha256Hex(`${stamp}\n${source}`).slice(0, 12)}.v8`)
      const known = await readFile(file).catch(() => undefined)
      // Written by this program alone, into a folder that its user named.
      if (known !== undefined) return deserialize(known)
      const samples = await make()
      await mkdir(folder, { recursive: true })
      await writeFile(file, serialize(samples))
      return samples
    },
  }
}
