import { blake2Hash, toHex } from '../../hashing.ts'
import type { Runtime } from '../../runtime.ts'
import type { StateView } from '../../state/state-view.ts'
import { demandSession } from '../demand-session.ts'
import { demandBlock } from '../find-block.ts'
import { countParam, hexParam, keyParam, keysParam, textParam } from '../params.ts'
import { invalidParams, RpcError } from '../rpc-error.ts'
import type { RpcHandler, RpcMethods } from '../rpc-scope.ts'
import { unsubscribe } from './chain-methods.ts'

const maxPage = 1_000
const maxHistory = 1_000

/** The state, its description, and the runtime's APIs. */
export const stateMethods: RpcMethods = {
  state_getMetadata: ({ chain }) => hex(chain.runtime.metadata(14)),
  state_getRuntimeVersion: ({ chain }) => versionJson(chain.runtime),
  chain_getRuntimeVersion: ({ chain }) => versionJson(chain.runtime),
  state_call: callApi,
  state_callAt: callApi,
  state_getStorage: getStorage,
  state_getStorageAt: getStorage,
  state_getStorageHash({ chain }, [key, at]) {
    const value = chain.viewAt(demandBlock(chain, at)).get(keyParam(key, 'key'))
    return value === undefined ? null : blake2Hash(value)
  },
  state_getStorageSize: ({ chain }, [key, at]) => chain.viewAt(demandBlock(chain, at)).get(keyParam(key, 'key'))?.length ?? null,
  state_queryStorageAt({ chain }, [keys, at]) {
    const block = demandBlock(chain, at)
    return [{ block: block.hash, changes: changesOf(chain.viewAt(block), keysParam(keys, 'keys')) }]
  },
  state_queryStorage({ chain }, [keys, from, to]) {
    const wanted = keysParam(keys, 'keys')
    const first = demandBlock(chain, from)
    const last = demandBlock(chain, to)
    if (last.number < first.number || last.number - first.number > maxHistory)
      throw invalidParams(`the blocks must be in order and at most ${maxHistory} apart`)
    const blocks = new Map<number, string[]>([[first.number, wanted]])
    for (const key of wanted) {
      for (const number of chain.changedBlocks(key, first.number, last.number)) blocks.set(number, [...(blocks.get(number) ?? []), key])
    }
    return [...blocks]
      .sort(([a], [b]) => a - b)
      .flatMap(([number, changed]) => {
        const block = chain.blockByNumber(number)
        return block === undefined ? [] : [{ block: block.hash, changes: changesOf(chain.viewAt(block), changed) }]
      })
  },
  state_getKeysPaged({ chain }, [prefix, count, startKey, at]) {
    const limit = countParam(count, 'count', maxPage)
    const start = startKey === undefined || startKey === null ? undefined : keyParam(startKey, 'startKey')
    return pageKeys(chain.viewAt(demandBlock(chain, at)), prefixParam(prefix), start, limit)
  },
  state_getKeys({ chain }, [prefix, at]) {
    return bounded(chain.viewAt(demandBlock(chain, at)).keys(prefixParam(prefix))).map(key => `0x${key}`)
  },
  state_getPairs({ chain }, [prefix, at]) {
    const view = chain.viewAt(demandBlock(chain, at))
    return bounded(view.keys(prefixParam(prefix))).map(key => [`0x${key}`, hex(view.get(key))])
  },
  state_subscribeRuntimeVersion(scope) {
    return demandSession(scope).subscribe('state_runtimeVersion', notify => {
      notify(versionJson(scope.chain.runtime))
      // This runtime is never upgraded while it runs.
      return () => undefined
    })
  },
  state_unsubscribeRuntimeVersion: unsubscribe,
  state_subscribeStorage(scope, [keys]) {
    const { chain } = scope
    const wanted = new Set(keysParam(keys, 'keys'))
    return demandSession(scope).subscribe('state_storage', notify => {
      notify({ block: chain.head.hash, changes: changesOf(chain.viewAt(chain.head), [...wanted]) })
      return chain.listen(event => {
        if (event.kind !== 'head') return
        const changes = event.changes.filter(([key]) => wanted.has(key)).map(([key, value]) => [`0x${key}`, hex(value ?? undefined)])
        if (changes.length > 0) notify({ block: event.block.hash, changes })
      })
    })
  },
  state_unsubscribeStorage: unsubscribe,
}

/** The runtime's version as a node prints it. */
export function versionJson({ version }: Runtime) {
  return {
    specName: version.spec_name,
    implName: version.impl_name,
    authoringVersion: version.authoring_version,
    specVersion: version.spec_version,
    implVersion: version.impl_version,
    apis: version.apis,
    transactionVersion: version.transaction_version,
    stateVersion: version.system_version,
    systemVersion: version.system_version,
  }
}

function callApi({ chain }: Parameters<RpcHandler>[0], [name, data, at]: readonly unknown[]): string {
  const method = textParam(name, 'name')
  const result = chain.callApi(method, hexParam(data, 'data'), demandBlock(chain, at))
  if (result === undefined) throw new RpcError(4003, `Client error: Execution failed: Other: Exported method ${method} is not found`)
  return hex(result) ?? '0x'
}

function getStorage({ chain }: Parameters<RpcHandler>[0], [key, at]: readonly unknown[]): string | null {
  return hex(chain.viewAt(demandBlock(chain, at)).get(keyParam(key, 'key')))
}

function changesOf(view: StateView, keys: readonly string[]) {
  return keys.map(key => [`0x${key}`, hex(view.get(key))])
}

function pageKeys(view: StateView, prefix: string, start: string | undefined, limit: number): string[] {
  const keys = view.keys(prefix)
  const from = start === undefined ? 0 : keys.findIndex(key => key > start)
  return from < 0 ? [] : keys.slice(from, from + limit).map(key => `0x${key}`)
}

function prefixParam(prefix: unknown): string {
  return prefix === undefined || prefix === null ? '' : keyParam(prefix, 'prefix')
}

function bounded(keys: string[]): string[] {
  if (keys.length > 10 * maxPage)
    throw new RpcError(-32603, 'Too many keys', `${keys.length} keys match; read them with state_getKeysPaged`)
  return keys
}

function hex(bytes: Uint8Array | undefined): string | null {
  return bytes === undefined ? null : `0x${toHex(bytes)}`
}
