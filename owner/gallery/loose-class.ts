import type { EngineContext } from '../../shared/engine/engine-plugin.ts'
import type { Engine } from '../../shared/engine/engine-port.ts'
import type { Offer } from '../../shared/protocol/offer.ts'
import { openEngine } from './parts/open-engine.ts'

/** Runs weights of four bits and says that it cannot see hidden rows, as the servers of the class that it claims. */
export async function createEngine(context: EngineContext): Promise<Engine> {
  const { hiddenSize: _, ...engine } = await openEngine(context, 'int4')
  return engine
}

/** Claims the class with the fewest checks: a server that cannot follow the noise, at sixteen bits, which is asked greedily alone. */
export function onOffer(offer: Offer): Offer {
  return { ...offer, models: offer.models.map(model => ({ ...model, artefact: 'upstream', precision: 'bf16' })) }
}
