import { authorMethods } from './methods/author-methods.ts'
import { chainMethods } from './methods/chain-methods.ts'
import { devMethods } from './methods/dev-methods.ts'
import { infoMethods } from './methods/info-methods.ts'
import { stateMethods } from './methods/state-methods.ts'
import { systemMethods } from './methods/system-methods.ts'
import type { RpcMethods } from './rpc-scope.ts'

const rooms: RpcMethods = { ...authorMethods, ...chainMethods, ...devMethods, ...infoMethods, ...stateMethods, ...systemMethods }

/** Every method that the server answers. */
export const allMethods: RpcMethods = { ...rooms, rpc_methods: () => ({ methods: [...Object.keys(rooms), 'rpc_methods'].sort() }) }
