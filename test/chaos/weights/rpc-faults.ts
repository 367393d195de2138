import { Type } from 'typebox'
import { Compile } from 'typebox/compile'
import { decodeExtrinsic } from '../../../shared/devchain/chain/extrinsic.ts'
import type { Runtime } from '../../../shared/devchain/runtime.ts'
import type { RpcProxy, RpcText } from '../../support/rpc-proxy.ts'
import type { KillPoint } from './kill-points.ts'

/** Shares of the submissions that something happens to. */
export interface FaultRates {
  /** Never arrive: half of them in silence, half because the socket is cut. */
  readonly dropped: number
  /** Arrive, and nobody says what became of them: half of them in silence, half because the socket is cut. */
  readonly unheard: number
}

export interface FaultCounts {
  submissions: number
  dropped: number
  unheard: number
  cuts: number
}

export interface RpcFaults {
  readonly counts: FaultCounts
  /** Where the validator is to be killed when a message passes; null for nowhere. */
  armed: KillPoint | null
  cut(): void
}

interface FaultParts {
  readonly proxy: RpcProxy
  readonly runtime: Runtime
  readonly rates: FaultRates
  random(): number
  /** A submission has reached the chain. */
  onArrival(): void
  /** Something was dropped, lost or cut. */
  onFault(): void
  onKill(point: KillPoint): void
}

const submitMethod = 'author_submitAndWatchExtrinsic'
const update = Compile(Type.Object({ subscription: Type.String(), result: Type.Unknown() }))
const inBlock = Compile(Type.Object({ inBlock: Type.String() }))
const isReveal = (method: string) => method.startsWith('reveal')

/** Lets a proxy drop submissions, lose what is said about them, cut the socket, and kill the validator at named steps. */
export function causeRpcFaults({ proxy, runtime, rates, random, onArrival, onFault, onKill }: FaultParts): RpcFaults {
  /** By the id of a submission that waits for its answer: what it is, and whether anything is to be heard of it. */
  const asked = new Map<number, { readonly reveal: boolean; readonly mute: boolean }>()
  const watched = new Map<string, { readonly reveal: boolean; readonly mute: boolean }>()
  const counts: FaultCounts = { submissions: 0, dropped: 0, unheard: 0, cuts: 0 }
  const cut = () => {
    counts.cuts += 1
    onFault()
    asked.clear()
    watched.clear()
    proxy.cut()
  }
  const dies = (point: KillPoint) => {
    if (faults.armed !== point) return false
    faults.armed = null
    asked.clear()
    watched.clear()
    onKill(point)
    return true
  }
  const arrive = (id: number, reveal: boolean, mute: boolean) => {
    asked.set(id, { reveal, mute })
    onArrival()
  }
  const submission = ({ id = -1, params }: RpcText): 'pass' | 'swallow' => {
    const reveal = isReveal(nameOf(params, runtime))
    if (dies(reveal ? 'when the reveal is sent and never arrives' : 'when it is sent and never arrives')) return 'swallow'
    if (dies(reveal ? 'when the reveal has arrived' : 'when it has arrived')) {
      onArrival()
      return 'pass'
    }
    counts.submissions += 1
    const drawn = random()
    const cuts = random() < 0.5
    if (drawn < rates.dropped) {
      counts.dropped += 1
      onFault()
      if (cuts) cut()
      return 'swallow'
    }
    const mute = drawn < rates.dropped + rates.unheard
    if (mute) {
      counts.unheard += 1
      onFault()
    }
    arrive(id, reveal, mute)
    // The message must be on its way before its socket goes.
    if (mute && cuts) setTimeout(cut, 1)
    return 'pass'
  }
  const faults: RpcFaults = { counts, armed: null, cut }
  proxy.tampering.request = call => {
    if (call.method === 'system_accountNextIndex' && dies('before it is signed')) return 'swallow'
    return call.method === submitMethod ? submission(call) : 'pass'
  }
  proxy.tampering.reply = (message, method) => {
    const answered = method === submitMethod ? asked.get(message.id ?? -1) : undefined
    if (answered !== undefined) {
      asked.delete(message.id ?? -1)
      if (typeof message.result === 'string') watched.set(message.result, answered)
      if (!answered.reveal && dies('before the answer is heard')) return null
      return answered.mute ? null : message
    }
    const { params } = message
    const about = update.Check(params) ? watched.get(params.subscription) : undefined
    if (about === undefined || !update.Check(params)) return message
    const point = about.reveal ? "before the reveal's block is heard of" : 'before its block is heard of'
    if (inBlock.Check(params.result) && dies(point)) return null
    return about.mute ? null : message
  }
  return faults
}

function nameOf(params: unknown, runtime: Runtime): string {
  const [hex] = Array.isArray(params) ? params : []
  return decodeExtrinsic(Uint8Array.from(Buffer.from(String(hex).slice(2), 'hex')), runtime).call.name
}
