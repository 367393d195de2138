import type { LoadedModel } from '../shared/models/load-model.ts'

/** A model as OpenAI's protocol lists it, with what makes it verifiable. */
export interface ModelCard {
  readonly id: string
  readonly object: 'model'
  /** Seconds since 1970. */
  readonly created: number
  readonly owned_by: string
  readonly manifestDigest: string
  readonly contextLength: number
}

/** The cards of these models; `created` is when the miner began to serve. */
export function listModels(models: readonly LoadedModel[], createdMs: number): ModelCard[] {
  return models.map(({ manifest, manifestDigest, contextLength }) => ({
    id: manifest.name,
    object: 'model',
    created: Math.floor(createdMs / 1_000),
    owned_by: 'assay',
    manifestDigest,
    contextLength,
  }))
}
