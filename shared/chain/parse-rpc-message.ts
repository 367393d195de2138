import { Type } from 'typebox'
import { Compile } from 'typebox/compile'

const rpcError = Type.Object({ code: Type.Number(), message: Type.String(), data: Type.Optional(Type.Unknown()) })
const subscriptionId = Type.Union([Type.String(), Type.Number()])
const failure = Compile(Type.Object({ id: Type.Number(), error: rpcError }))
const answer = Compile(Type.Object({ id: Type.Number(), result: Type.Unknown() }))
const notification = Compile(
  Type.Object({ method: Type.String(), params: Type.Object({ subscription: subscriptionId, result: Type.Unknown() }) }),
)

/** What a JSON-RPC server sends: the answer to a call, its refusal, or news of a subscription. */
export type RpcMessage =
  | { readonly kind: 'result'; readonly id: number; readonly result: unknown }
  | {
      readonly kind: 'error'
      readonly id: number
      readonly error: { readonly code: number; readonly message: string; readonly data?: unknown }
    }
  | { readonly kind: 'notification'; readonly subscription: string; readonly result: unknown }

/** Reads one message of a JSON-RPC server; null where it is none, because a stray byte of a peer must not stop a program. */
export function parseRpcMessage(text: string): RpcMessage | null {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return null
  }
  if (failure.Check(value)) return { kind: 'error', id: value.id, error: value.error }
  if (answer.Check(value)) return { kind: 'result', id: value.id, result: value.result }
  if (notification.Check(value))
    return { kind: 'notification', subscription: String(value.params.subscription), result: value.params.result }
  return null
}
