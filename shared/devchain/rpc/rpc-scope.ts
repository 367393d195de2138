import type { BlockProducer } from '../chain/block-producer.ts'
import type { Chain } from '../chain/chain.ts'
import type { RpcSession } from './rpc-session.ts'

/** What a method's handler works with; a session only where the transport can carry notifications. */
export interface RpcScope {
  readonly chain: Chain
  readonly producer: BlockProducer
  readonly session: RpcSession | undefined
}

/** Answers one method. What it throws becomes the error of the reply. */
export type RpcHandler = (scope: RpcScope, params: readonly unknown[]) => unknown

/** A room's methods by name. */
export type RpcMethods = Readonly<Record<string, RpcHandler>>
