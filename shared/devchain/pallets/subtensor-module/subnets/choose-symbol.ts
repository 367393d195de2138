import type { Context } from '../../../context.ts'
import { storage } from '../storage.ts'
import { listSymbols, symbolOf } from './symbol-of.ts'

/** The symbol of a new subnet: its netuid's, the first free one where another subnet has taken that, root's where none is free. */
export function chooseSymbol(ctx: Context, netuid: number): Uint8Array {
  const used = new Set(ctx.entries(storage.TokenSymbol).map(([, symbol]) => Buffer.from(symbol).toString('hex')))
  const isFree = (symbol: Uint8Array) => !used.has(Buffer.from(symbol).toString('hex'))
  const own = symbolOf(netuid)
  return isFree(own) ? own : (listSymbols().find(isFree) ?? symbolOf(0))
}
