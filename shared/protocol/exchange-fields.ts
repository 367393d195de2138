import { Type } from 'typebox'
import { Address, Hex32, Netuid, RequestId } from './fields.ts'
import { Sampling, Scope } from './sampling.ts'

/** What final and partial receipts state alike: who answers whom, with what, to which request. */
export const exchangeFields = {
  requestId: RequestId,
  netuid: Netuid,
  miner: Address,
  validator: Address,
  model: Type.String({ minLength: 1, maxLength: 200 }),
  manifestDigest: Hex32,
  /** Digest of the miner's standing offer; null while it has none. */
  offerDigest: Type.Union([Hex32, Type.Null()]),
  /** Digest of the certificate of the key that signs this; null where the hotkey signs it itself. */
  certificateDigest: Type.Union([Hex32, Type.Null()]),
  sampling: Sampling,
  requestSeed: Hex32,
  scope: Scope,
  choice: Type.Integer({ minimum: 0, maximum: 127 }),
  contentDigest: Hex32,
  /** SHA-256 of the prompt's token ids as u32 little-endian. */
  promptDigest: Hex32,
  promptTokens: Type.Integer({ minimum: 1, maximum: 131_072 }),
}
