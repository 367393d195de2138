import { decodeAddress } from '@polkadot/util-crypto/address'
import { fromHex, toHex } from '../hashing.ts'
import { invalidParams } from './rpc-error.ts'

/** Hex with 0x and whole bytes, as bytes. Throws -32602. */
export function hexParam(value: unknown, name: string): Uint8Array {
  if (typeof value !== 'string' || value.length % 2 !== 0 || !/^0x[0-9a-f]*$/i.test(value))
    throw invalidParams(`${name} must be 0x and hex`)
  return fromHex(value)
}

/** A storage key as the chain keeps it: lower-case hex without 0x. */
export function keyParam(value: unknown, name: string): string {
  return Buffer.from(hexParam(value, name)).toString('hex')
}

/** A list of storage keys, at most 1,000. */
export function keysParam(value: unknown, name: string): string[] {
  if (!Array.isArray(value)) throw invalidParams(`${name} must be a list of keys`)
  if (value.length > 1_000) throw invalidParams(`${name} holds ${value.length} keys, at most 1000 are allowed`)
  return value.map(one => keyParam(one, name))
}

/** A whole number of at least 0. */
export function countParam(value: unknown, name: string, max: number): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value > max) {
    throw invalidParams(`${name} must be a whole number from 0 to ${max}`)
  }
  return value
}

export function textParam(value: unknown, name: string): string {
  if (typeof value !== 'string') throw invalidParams(`${name} must be a text`)
  return value
}

/** An SS58 address, as 0x and the hex of its public key. Throws -32602. */
export function accountParam(value: unknown): string {
  const address = textParam(value, 'account')
  try {
    return `0x${toHex(decodeAddress(address))}`
  } catch {
    throw invalidParams(`${address.slice(0, 100)} is no SS58 address`)
  }
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
