import { isAssayError } from '../../../errors/assay-error.ts'
import { decryptWithSignature } from '../../../timelock/decrypt-with-signature.ts'
import type { Context } from '../../context.ts'
import { drandStorage } from '../drand/tables.ts'
import type { CommitmentField } from './field.ts'
import { commitmentsEvents, commitmentsStorage } from './tables.ts'
import { unlistTimelocked } from './timelocked-index.ts'

/** So many revealed fields of an account are kept, the newest. */
const mostKept = 10

/**
 * Opens the timelocked fields whose pulse is here: what they said moves to RevealedCommitments with the block. A field that does not open,
 * or is empty, is lost without a word; a commitment of which nothing is left is gone too.
 */
export function revealFields(ctx: Context): void {
  for (const [netuid, who] of ctx.get(commitmentsStorage.TimelockedIndex)) revealOf(ctx, netuid, who)
}

function revealOf(ctx: Context, netuid: number, who: string): void {
  const stored = ctx.get(commitmentsStorage.CommitmentOf, netuid, who)
  const fields = stored?.info.fields ?? []
  if (!fields.some(isTimelocked)) {
    unlistTimelocked(ctx, netuid, who)
    return
  }
  const revealed: Uint8Array[] = []
  const left = fields.filter(field => {
    if (!isTimelocked(field)) return true
    const pulse = ctx.get(drandStorage.Pulses, field.revealRound)
    if (pulse === undefined) return true
    const message = open(field.encrypted, pulse.signature)
    if (message !== undefined && message.length > 0) revealed.push(message)
    return false
  })
  if (stored === undefined || left.length === fields.length) return
  if (revealed.length > 0) keep(ctx, netuid, who, revealed)
  if (left.length === 0) ctx.remove(commitmentsStorage.CommitmentOf, netuid, who)
  else ctx.set(commitmentsStorage.CommitmentOf, netuid, who, { ...stored, info: { fields: left } })
  if (!left.some(isTimelocked)) unlistTimelocked(ctx, netuid, who)
}

function keep(ctx: Context, netuid: number, who: string, messages: readonly Uint8Array[]): void {
  const before = ctx.get(commitmentsStorage.RevealedCommitments, netuid, who) ?? []
  const all = [...before, ...messages.map(message => [message, BigInt(ctx.block)] as const)]
  ctx.set(commitmentsStorage.RevealedCommitments, netuid, who, all.slice(-mostKept))
  for (const _ of messages) ctx.deposit(commitmentsEvents.CommitmentRevealed, { netuid, who })
}

function isTimelocked(field: CommitmentField): field is Extract<CommitmentField, { readonly type: 'TimelockEncrypted' }> {
  return field.type === 'TimelockEncrypted'
}

function open(ciphertext: Uint8Array, signature: Uint8Array): Uint8Array | undefined {
  try {
    return decryptWithSignature(ciphertext, signature)
  } catch (error) {
    if (isAssayError(error)) return undefined
    throw error
  }
}
