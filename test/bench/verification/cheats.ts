import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { members } from '../../../owner/gallery/members.ts'
import { loadEnginePlugin } from '../../../shared/engine/load-engine-plugin.ts'
import type { LoadedModel } from '../../../shared/models/load-model.ts'
import { batch } from './settings.ts'
import type { Source } from './source.ts'

export interface Cheat extends Source {
  readonly does: string
}

/** Measured as the cheat that it becomes: its honest past is put before that by the simulation of its conviction. */
export const turncoat = 'turncoat'

/** The members of the gallery whose cheat is in their answers; what is done with several identities runs the plug-in of another member. */
export function galleryCheats(model: LoadedModel): Cheat[] {
  return members
    .filter(({ world, name }) => world === undefined && name !== turncoat)
    .map(({ name, does, path }) => ({ name, does, batch, open: () => openPlugin(model, path) }))
}

async function openPlugin(model: LoadedModel, path: string) {
  const plugin = await loadEnginePlugin(path)
  const stateFolder = await mkdtemp(join(tmpdir(), 'assay-bench-'))
  const engine = await plugin.createEngine({ model, hotkey: 'cheat', threads: 1, concurrency: batch, provider: 'cpu', stateFolder })
  return {
    ...engine,
    async close() {
      await engine.close()
      await rm(stateFolder, { recursive: true, force: true })
    },
  }
}
