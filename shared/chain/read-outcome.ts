import type { DispatchError, EventRecord } from '@polkadot/types/interfaces'
import { Type } from 'typebox'
import { Compile } from 'typebox/compile'
import { AssayError } from '../errors/assay-error.ts'
import { assertWhole, decode } from './call-runtime.ts'
import type { ChainConnection } from './chain-connection.ts'
import type { BlockHead, ChainEvent, SubmitOutcome } from './chain-port.ts'
import type { CallLimits } from './rpc-socket.ts'
import { assertHex, bytesOf } from './runtime.ts'

const blockSchema = Compile(
  Type.Object({ block: Type.Object({ header: Type.Object({ number: Type.String() }), extrinsics: Type.Array(Type.String()) }) }),
)

/** What a block did with an extrinsic: its events, or the named error; null where the block does not hold it. */
export async function readOutcome(
  connection: ChainConnection,
  blockHash: string,
  extrinsic: { readonly hex: string; readonly hash: string },
  status: 'included' | 'finalised',
  limits: CallLimits = {},
): Promise<SubmitOutcome | null> {
  const { socket } = connection
  const { registry, decorated } = connection.runtime()
  const block = await socket.call('chain_getBlock', [blockHash], limits)
  if (!blockSchema.Check(block))
    throw new AssayError('CHAIN_DECODE', { call: 'chain_getBlock', problem: `block ${blockHash} is not known` })
  const index = block.block.extrinsics.indexOf(extrinsic.hex)
  if (index < 0) return null
  const head: BlockHead = { number: Number(block.block.header.number), hash: blockHash }
  const entry = decorated.query.system?.events
  if (entry === undefined) throw new AssayError('CHAIN_DECODE', { call: 'system.events', problem: 'the runtime declares no events' })
  const key = registry.createType('StorageKey', entry)
  const stored = assertHex(await socket.call('state_getStorage', [key.toHex(), blockHash], limits), 'system.events')
  return decode('system.events', () => {
    const list = registry.createType<EventRecord[] & ReturnType<typeof registry.createType>>('Vec<EventRecord>', bytesOf(stored))
    assertWhole(list, bytesOf(stored))
    const records = [...list]
    const own = records.filter(({ phase }) => phase.isApplyExtrinsic && phase.asApplyExtrinsic.toNumber() === index)
    const failure = own.map(failureOf).find(error => error !== null)
    if (failure) return { status: 'failed', block: head, extrinsicHash: extrinsic.hash, ...nameError(connection, failure) }
    return { status, block: head, extrinsicHash: extrinsic.hash, events: own.map(record => readEvent(connection, record)) }
  })
}

/** The error inside System.ExtrinsicFailed, or inside Sudo.Sudid, whose outer call succeeds whatever became of the inner one. */
function failureOf({ event }: EventRecord): DispatchError | null {
  const name = `${event.section}.${event.method}`
  if (name === 'system.ExtrinsicFailed') return pick<DispatchError>(event.data[0])
  if (name !== 'sudo.Sudid') return null
  const result = pick<{ isErr: boolean; asErr: DispatchError }>(event.data[0])
  return result?.isErr ? result.asErr : null
}

/** The one place where a decoded event's field is taken for what the metadata says it is. */
function pick<T>(value: unknown): T | null {
  return value === undefined ? null : (value as T)
}

/** The chain's own name of a dispatch error: the module's error, or the kind for those that belong to no module. */
function nameError({ runtime }: ChainConnection, error: DispatchError): { error: string; docs: string } {
  if (error.isModule) {
    const { name, docs } = runtime().registry.findMetaError(error.asModule)
    return { error: name, docs: docs.join(' ').trim() }
  }
  const inner = error.isToken ? error.asToken.type : error.isArithmetic ? error.asArithmetic.type : null
  return { error: inner ?? error.type, docs: error.toString() }
}

/** An event with its fields as plain JSON; an error among them, as of one item of a batch, is its name. */
function readEvent(connection: ChainConnection, { event }: EventRecord): ChainEvent {
  const fields: Record<string, unknown> = {}
  for (const [index, field] of event.meta.fields.entries()) {
    const value = event.data[index]
    const error = value !== undefined && 'isModule' in value ? pick<DispatchError>(value) : null
    fields[field.name.isSome ? field.name.unwrap().toString() : String(index)] =
      error === null ? value?.toJSON() : nameError(connection, error).error
  }
  const section = `${event.section.charAt(0).toUpperCase()}${event.section.slice(1)}`
  return { name: `${section}.${event.method}`, fields }
}
