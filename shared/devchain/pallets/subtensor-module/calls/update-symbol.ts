import { ensure } from '../../../dispatch-error.ts'
import { call } from '../../../pallet.ts'
import { bytes } from '../../../scale/collections.ts'
import { u16 } from '../../../scale/primitives.ts'
import { ensureSubnetOwnerOrRoot } from '../checks/ensure-subnet-owner.ts'
import { errors } from '../errors.ts'
import { events } from '../events.ts'
import { storage } from '../storage.ts'
import { listSymbols } from '../subnets/symbol-of.ts'

/** An owner takes a free one of the known symbols for the subnet's token; of the chain's table only the Greek letters are known here. */
export const updateSymbol = call({
  index: 112,
  args: { netuid: u16, symbol: bytes },
  pays: 'yes',
  dispatch(ctx, origin, { netuid, symbol }) {
    ensureSubnetOwnerOrRoot(ctx, origin, netuid)
    const equals = (other: Uint8Array) => Buffer.compare(symbol, other) === 0
    ensure(listSymbols().some(equals), errors.SymbolDoesNotExist)
    ensure(!ctx.entries(storage.TokenSymbol).some(([, used]) => equals(used)), errors.SymbolAlreadyInUse)
    ctx.set(storage.TokenSymbol, netuid, symbol)
    ctx.deposit(events.SymbolUpdated, { netuid, symbol })
  },
})
