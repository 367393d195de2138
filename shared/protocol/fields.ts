import { Type } from 'typebox'

/** 32 bytes as 64 lower-case hex digits: digests and seeds. */
export const Hex32 = Type.String({ pattern: '^[0-9a-f]{64}$' })
/** A 64-byte signature as 0x and 128 lower-case hex digits. */
export const Signature = Type.String({ pattern: '^0x[0-9a-f]{128}$' })
/** An SS58 address of format 42. */
export const Address = Type.String({ pattern: '^5[1-9A-HJ-NP-Za-km-z]{46,47}$' })
/** The sender's name for a request, unique for the sender. */
export const RequestId = Type.String({ pattern: '^[0-9a-f]{32}$' })
/** Milliseconds since 1970 on the writer's clock. */
export const UnixMs = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })
export const BlockNumber = Type.Integer({ minimum: 0, maximum: 0xffff_ffff })
export const Netuid = Type.Integer({ minimum: 0, maximum: 0xffff })
export const Base64 = (maxLength: number) => Type.String({ pattern: '^[A-Za-z0-9+/]*={0,2}$', maxLength })
