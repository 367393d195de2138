import { fileURLToPath } from 'node:url'
import type { CastMiner } from '../../owner/world/build-report.ts'
import type { MinerRole } from '../../owner/world/cast.ts'
import type { WorldReport } from '../../owner/world/report.ts'
import { runWorld } from '../../owner/world/run-world.ts'
import { startWorld, type World } from '../../owner/world/start-world.ts'
import { loadSubnet } from '../../shared/subnet/subnet-file.ts'
import { changesFor } from './gallery-roles.ts'
import { createMinerHost } from './host-miners.ts'
import { returnConvict } from './return-convict.ts'

export interface GalleryWorldOptions {
  readonly folder: string
  readonly miners: readonly MinerRole[]
  readonly epochs: number
  readonly blockTimeMs: number
  /** Honest answers of the turncoat. */
  readonly turncoatAfter: number
}

/** When a validator first showed a miner as convicted. */
export interface SeenConviction {
  readonly epoch: number
  readonly validator: string
  /** The last round that this validator had settled by then. */
  readonly round: number
}

export interface GalleryRun {
  readonly report: WorldReport
  readonly validators: World['validators']
  /** Alpha of each epoch by hotkey, from the first that paid miners. */
  readonly emission: ReadonlyArray<ReadonlyMap<string, number>>
  readonly convictions: ReadonlyMap<string, SeenConviction>
}

const again = 'returned-convict'

/** Runs the gallery against a subnet: the chain, the validators and the honest miners as processes, everybody dishonest in this one. Null where it was stopped. */
export async function runGalleryWorld(
  options: GalleryWorldOptions,
  say: (line: string) => void,
  signal: AbortSignal,
): Promise<GalleryRun | null> {
  const host = createMinerHost(options.turncoatAfter)
  const argsOf = new Map<string, readonly string[]>()
  const startMiner = (role: MinerRole, args: readonly string[], until: AbortSignal) => {
    argsOf.set(role.name, args)
    return role.kind === 'honest' ? null : host.start(args, until)
  }
  const subnetFile = fileURLToPath(new URL('../../config/subnet.json', import.meta.url))
  const { file } = await loadSubnet(subnetFile)
  const started = await startWorld({ ...options, subnetFile, subnetChanges: changesFor(options.miners, file), startMiner }, say, signal)
  const cast: CastMiner[] = [...started.miners]
  const world: World = { ...started, miners: cast }
  const returned: Promise<{ stop(): Promise<void> } | null>[] = []
  const emission: Map<string, number>[] = []
  const convictions = new Map<string, SeenConviction>()
  const bringBack = (convict: CastMiner) =>
    returnConvict(
      world,
      { miner: convict, args: argsOf.get(again) ?? [], wallets: `${options.folder}/wallets`, place: cast.length },
      host,
      signal,
    ).then(
      back => {
        cast.push(back.miner)
        say(`${again} is registered again`)
        return back
      },
      error => {
        say(`${again} did not come back: ${error instanceof Error ? error.message : String(error)}`)
        return null
      },
    )
  const onReport = (report: WorldReport, epochEnded: boolean) => {
    for (const miner of report.miners) {
      const [validator] = miner.convictedBy
      if (validator === undefined || convictions.has(miner.hotkey)) continue
      const round = report.validators.find(({ name }) => name === validator)?.settledRound ?? 0
      convictions.set(miner.hotkey, { epoch: report.epochs, validator, round })
      say(`epoch ${report.epochs}: ${miner.name} is convicted`)
      const convict = cast.find(({ hotkey }) => hotkey === miner.hotkey)
      if (convict?.role.name === again) returned.push(bringBack(convict))
    }
    if (epochEnded) say(`epoch ${report.epochs} of ${options.epochs}, block ${report.blocks}`)
  }
  try {
    const report = await runWorld(
      world,
      {
        epochs: options.epochs,
        onReport,
        onEpoch({ neurons }) {
          const earned = new Map(
            cast.map(({ hotkey }) => [hotkey, Number(neurons.find(each => each.hotkey === hotkey)?.emissionRao ?? 0n) / 1e9]),
          )
          if (emission.length > 0 || [...earned.values()].some(alpha => alpha > 0)) emission.push(earned)
        },
      },
      signal,
    )
    return report && { report, validators: started.validators, emission, convictions }
  } finally {
    say('stopping')
    for (const back of returned) await (await back)?.stop()
    await started.stop()
    await host.close()
  }
}
