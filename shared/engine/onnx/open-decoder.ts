import { readFile } from 'node:fs/promises'
import { createDecoder } from './create-decoder.ts'
import type { Decoder } from './decoder.ts'
import { readGraphForm } from './graph-form.ts'
import { openSession } from './open-session.ts'
import { rehearseFailures } from './rehearse-failures.ts'
import type { WorkerSetup } from './worker-messages.ts'

export type DecoderSetup = Pick<
  WorkerSetup,
  'graph' | 'folder' | 'provider' | 'threads' | 'kvHeads' | 'headDim' | 'vocab' | 'failRuns' | 'optimization'
>

/** Opens a graph in the form in which its keys and values cost least; throws MODEL_GRAPH, or the runtime's own error. */
export async function openDecoder(setup: DecoderSetup): Promise<{ decoder: Decoder; provider: string; warning?: string }> {
  const form = readGraphForm(typeof setup.graph === 'string' ? await readFile(setup.graph) : setup.graph)
  const { session, ...opened } = await openSession(
    form.changed ?? setup.graph,
    setup.folder,
    setup.provider,
    setup.threads,
    setup.optimization,
  )
  if (setup.failRuns !== undefined) rehearseFailures(session, setup.failRuns)
  return { decoder: createDecoder(session, setup, form), ...opened }
}
