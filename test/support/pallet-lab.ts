import { expandMetadata, Metadata, TypeRegistry } from '@polkadot/types'
import type { EventRecord } from '@polkadot/types/interfaces'
import type { Codec } from '@polkadot/types/types'
import { beginBlock } from '../../shared/devchain/chain/build-block.ts'
import { type OpenContext, openContext } from '../../shared/devchain/chain/chain-context.ts'
import { devAccounts, devBalances } from '../../shared/devchain/genesis/dev-accounts.ts'
import type { Preset } from '../../shared/devchain/genesis/preset.ts'
import { createNodeRuntime } from '../../shared/devchain/node-runtime.ts'
import type { Origin } from '../../shared/devchain/origin.ts'
import type { Runtime } from '../../shared/devchain/runtime.ts'
import type { RuntimeCall } from '../../shared/devchain/runtime-call.ts'
import { Reader } from '../../shared/devchain/scale/reader.ts'

/** The embedded chain's pallets over a state in memory: no signatures, no network, blocks and calls at will. */
export interface PalletLab {
  readonly ctx: OpenContext
  readonly runtime: Runtime
  readonly registry: TypeRegistry
  /** Ends the block, whose events are forgotten, and starts the next: prices, coinbase and epochs run. */
  nextBlock(count?: number): void
  /** The SCALE bytes of a call as a client of this chain's metadata makes them. */
  encode(pallet: string, name: string, ...args: unknown[]): Uint8Array
  /** What the pool says of a call: null, or the number of its Custom refusal. */
  poolRefusal(who: string, pallet: string, name: string, ...args: unknown[]): number | null
  /** Dispatches a call without the pool's checks and gives the name of its error, or null. */
  run(origin: Origin | string, pallet: string, name: string, ...args: unknown[]): string | null
  /** Runs a runtime API and decodes what it gives with the types of this chain's metadata. */
  api(trait: string, method: string, ...args: readonly Uint8Array[]): Codec
  /** The names of the block's events so far, with their fields as JSON. */
  events(): readonly { readonly name: string; readonly data: readonly unknown[] }[]
}

export const root: Origin = { kind: 'root' }

interface LabClient {
  readonly runtime: Runtime
  readonly registry: TypeRegistry
  readonly metadata: Metadata
  readonly tx: ReturnType<typeof expandMetadata>['tx']
}

// Describing a runtime and reading that description is most of what a lab costs, and the same for all labs of a preset.
const clients = new Map<Preset, LabClient>()

function clientOf(preset: Preset): LabClient {
  const known = clients.get(preset)
  if (known !== undefined) return known
  const runtime = createNodeRuntime(preset)
  const metadataBytes = runtime.metadata(15)
  if (metadataBytes === undefined) throw new Error('no metadata')
  const registry = new TypeRegistry()
  const metadata = new Metadata(registry, `0x${Buffer.from(metadataBytes).toString('hex')}`)
  const signedExtension = { extrinsic: {}, payload: {} }
  registry.setMetadata(metadata, undefined, {
    SudoTransactionExtension: signedExtension,
    CheckShieldedTxValidity: signedExtension,
    SubtensorTransactionExtension: signedExtension,
    DrandPriority: signedExtension,
  })
  const client = { runtime, registry, metadata, tx: expandMetadata(registry, metadata).tx }
  clients.set(preset, client)
  return client
}

/** Starts a lab at block 1. */
export function createPalletLab(preset: Preset): PalletLab {
  const { runtime, registry, metadata, tx } = clientOf(preset)
  const ctx = openContext(runtime, { get: () => undefined, keys: () => [] })
  for (const pallet of runtime.pallets)
    pallet.hooks.genesis?.(ctx, { sudo: devAccounts.Alice, balances: devBalances, timestampMs: 1_700_000_000_000 })
  let number = 0
  const errorNames = new Map(
    runtime.pallets.flatMap(pallet =>
      Object.values(pallet.errors).map(({ name, index }) => [`${pallet.id.index}.${index}`, name] as const),
    ),
  )

  const encode = (pallet: string, name: string, ...args: unknown[]) => {
    const make = tx[pallet]?.[name]
    if (make === undefined) throw new Error(`no call ${pallet}.${name}`)
    return make(...args).toU8a()
  }
  const decode = (bytes: Uint8Array): RuntimeCall => {
    const input = new Reader(bytes, runtime.named)
    const call = runtime.callCodec.decode(input)
    input.expectEnd()
    return call
  }
  const lab: PalletLab = {
    ctx,
    runtime,
    registry,
    nextBlock(count = 1) {
      for (let made = 0; made < count; made += 1) {
        number += 1
        ctx.events.length = 0
        ctx.phase = { type: 'Initialization' }
        beginBlock(ctx, number, `0x${'11'.repeat(32)}`)
        for (const pallet of runtime.pallets) pallet.hooks.onInitialize?.(ctx)
      }
    },
    encode,
    poolRefusal(who, pallet, name, ...args) {
      const refusal = decode(encode(pallet, name, ...args)).validate(ctx, { kind: 'signed', who })
      if (refusal === null) return null
      return refusal.code === 'Custom' ? refusal.n : -1
    },
    run(origin, pallet, name, ...args) {
      const call = decode(encode(pallet, name, ...args))
      // The pool's checks would come first and hide what the dispatch itself says.
      const bare: RuntimeCall = { ...call, validate: () => null }
      const { error } = ctx.dispatch(bare, typeof origin === 'string' ? { kind: 'signed', who: origin } : origin)
      if (error === undefined) return null
      if (error.type !== 'Module') return error.type
      return errorNames.get(`${error.value.index}.${Number.parseInt(error.value.error.slice(2, 4), 16)}`) ?? 'unknown'
    },
    api(trait, method, ...args) {
      const found = runtime.findMethod(`${trait}_${method}`)
      const described = metadata.asLatest.apis.find(api => api.name.eq(trait))?.methods.find(one => one.name.eq(method))
      if (found === undefined || described === undefined) throw new Error(`no method ${trait}_${method}`)
      const bytes = found.call(ctx, new Reader(Buffer.concat(args), runtime.named))
      const value = registry.createType(registry.createLookupType(described.output), bytes)
      if (value.encodedLength !== bytes.length) throw new Error(`${method}: ${bytes.length} bytes given, ${value.encodedLength} read`)
      return value
    },
    events: () =>
      ctx.events.map(bytes => {
        const { event } = registry.createType<EventRecord>('EventRecord', bytes)
        return { name: `${event.section}.${event.method}`, data: event.data.map(part => part.toJSON()) }
      }),
  }
  lab.nextBlock()
  return lab
}
