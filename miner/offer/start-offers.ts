import { AssayError } from '../../shared/errors/assay-error.ts'
import type { KeyPair } from '../../shared/identity/key-pair.ts'
import { expandHome } from '../../shared/identity/wallet-location.ts'
import { maxOfferedModels } from '../../shared/protocol/offer.ts'
import type { OpenedDatabase } from '../../shared/storage/open-database.ts'
import type { StartedCatalogue } from '../catalogue/start-catalogue.ts'
import type { MinerChain } from '../chain/miner-chain.ts'
import type { MinerSettings } from '../options.ts'
import { buildOffer } from './build-offer.ts'
import { classOf, parseClass } from './class-of.ts'
import { type OfferBook, openOfferBook } from './open-offer-book.ts'
import { readBenchmark } from './read-benchmark.ts'

export interface OffersOptions {
  readonly settings: Pick<MinerSettings, 'benchmarkFile' | 'class' | 'engine' | 'netuid' | 'price' | 'region' | 'tier'>
  readonly database: Pick<OpenedDatabase<unknown>, 'sqlite'>
  readonly hotkey: KeyPair
  readonly chain: Pick<MinerChain, 'genesisHash' | 'readEpochState'>
  readonly models: Pick<StartedCatalogue, 'list' | 'find'>
  readonly nowMs: number
  readonly log: Record<'info' | 'warn', (text: string) => void>
}

/** The offers of a running miner. */
export interface Offers extends Pick<OfferBook, 'digestFor' | 'page'> {
  /** Reads the epoch and signs its offer where it is a new one; a chain that cannot say leaves the standing one. */
  follow(signal: AbortSignal): Promise<void>
}

/** Opens a miner's offers and signs the one of the chain's epoch now. Throws MINER_CLASS, MINER_BENCHMARK and SETTINGS_INVALID for what the operator wrote. */
export async function startOffers(options: OffersOptions, signal: AbortSignal): Promise<Offers> {
  const { settings, database, hotkey, chain, models, log } = options
  const { netuid, engine, price: priceRao, region, tier } = settings
  if (settings.class !== undefined) parseClass(settings.class)
  checkWords({ region, tier })
  const file = settings.benchmarkFile
  const benchmark = file === undefined ? null : await readBenchmark(expandHome(file), hotkey.hotkey, options.nowMs)
  const list = () =>
    models
      .list()
      .slice(0, maxOfferedModels)
      .map(({ model: { manifest, manifestDigest, graphFormat } }) => ({
        ...{ model: manifest.name, manifestDigest },
        ...classOf({ engine, given: settings.class, graphFormat, precision: manifest.precision }),
      }))
  const book = openOfferBook({
    ...{ database, hotkey, netuid, genesisHash: chain.genesisHash, benchmark },
    build(epoch) {
      const shown = list()
      const plain = buildOffer({ netuid, miner: hotkey.hotkey, models: shown, benchmark, priceRao, region, tier }, epoch)
      const [first] = shown
      return (first === undefined ? undefined : models.find(first.model).onOffer?.(plain)) ?? plain
    },
  })
  const follow = async (until: AbortSignal) => {
    try {
      const { subnetEpochIndex } = await chain.readEpochState(netuid, undefined, until)
      if (book.epoch() === subnetEpochIndex) return
      const { offer } = book.renew(subnetEpochIndex)
      const classes = offer.models.map(({ model, artefact, precision }) => `${model} as ${artefact}/${precision}`)
      log.info(`the offer of epoch ${offer.epoch}: ${classes.join(', ')}`)
    } catch (error) {
      until.throwIfAborted()
      log.warn(`the epoch could not be read, so the standing offer stays: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
  await follow(signal)
  return { follow, digestFor: book.digestFor, page: book.page }
}

/** An offer that validators cannot read would be none. */
function checkWords(words: Readonly<Record<string, string>>): void {
  const wrong = Object.entries(words).filter(([, text]) => !/^[a-z0-9-]{0,40}$/.test(text))
  if (wrong.length === 0) return
  const problems = wrong.map(
    ([flag, text]) => `  - --${flag}: expected at most 40 lower-case letters, digits and dashes, got ${JSON.stringify(text)}`,
  )
  throw new AssayError('SETTINGS_INVALID', { problems: problems.join('\n') })
}
