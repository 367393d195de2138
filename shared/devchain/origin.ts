import { badOrigin } from './dispatch-error.ts'

/** Who a call speaks for: the sudo key's authority, an account (lower-case 0x hex), or nobody (inherents). */
export type Origin = { readonly kind: 'root' } | { readonly kind: 'signed'; readonly who: string } | { readonly kind: 'none' }

/** The signing account; throws BadOrigin otherwise. */
export function ensureSigned(origin: Origin): string {
  if (origin.kind !== 'signed') throw badOrigin()
  return origin.who
}

/** Throws BadOrigin unless the call came through sudo. */
export function ensureRoot(origin: Origin): void {
  if (origin.kind !== 'root') throw badOrigin()
}

export function ensureNone(origin: Origin): void {
  if (origin.kind !== 'none') throw badOrigin()
}
