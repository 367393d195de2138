import { Type } from 'typebox'
import { Compile } from 'typebox/compile'
import type { AssayError } from '../errors/assay-error.ts'
import type { SubmitOutcome } from './chain-port.ts'

/** Subtensor's own reasons, by the number in "Custom error: n". */
const customErrors: Readonly<Record<number, string>> = {
  0: 'ColdkeyInSwapSchedule',
  1: 'StakeAmountTooLow',
  2: 'BalanceTooLow',
  3: 'SubnetNotExists',
  4: 'HotkeyAccountDoesntExist',
  5: 'NotEnoughStakeToWithdraw',
  6: 'RateLimitExceeded',
  7: 'InsufficientLiquidity',
  8: 'SlippageTooHigh',
  9: 'TransferDisallowed',
  10: 'HotKeyNotRegisteredInNetwork',
  11: 'InvalidIpAddress',
  12: 'ServingRateLimitExceeded',
  13: 'InvalidPort',
  14: 'ZeroMaxAmount',
  15: 'InvalidRevealRound',
  16: 'CommitNotFound',
  17: 'CommitBlockNotInRevealRange',
  18: 'InputLengthsUnequal',
  19: 'UidNotFound',
  20: 'EvmKeyAssociateRateLimitExceeded',
  21: 'ColdkeySwapDisputed',
  22: 'InvalidRealAccount',
  23: 'FailedShieldedTxParsing',
  24: 'InvalidShieldedTxPubKeyHash',
  25: 'NonAssociatedColdKey',
  26: 'DelegateTakeTooLow',
  27: 'DelegateTakeTooHigh',
  255: 'BadRequest',
}

/** Substrate's reasons for a transaction that is not valid, by how its text begins. */
const invalidTexts: ReadonlyArray<readonly [string, string]> = [
  ['Transaction is outdated', 'Stale'],
  ['Transaction will be valid in the future', 'Future'],
  ['Transaction has a bad signature', 'BadProof'],
  ['Transaction has an ancient birth block', 'AncientBirthBlock'],
  ['Inability to pay some fees', 'Payment'],
  ['Transaction would exhaust the block limits', 'ExhaustsResources'],
  ['Transaction call is not expected', 'Call'],
  ['Invalid signing address', 'BadSigner'],
]

/** The same reasons where a node sends the runtime's own enum as JSON, e.g. {"invalid":{"custom":11}}, instead of a text. */
const invalidKinds: Readonly<Record<string, string>> = {
  ...{ stale: 'Stale', future: 'Future', badProof: 'BadProof', ancientBirthBlock: 'AncientBirthBlock', payment: 'Payment' },
  ...{ exhaustsResources: 'ExhaustsResources', call: 'Call', badSigner: 'BadSigner' },
}

/** Codes of the pool's other refusals. */
const poolCodes: Readonly<Record<number, string>> = {
  1011: 'UnknownValidity',
  1012: 'TemporarilyBanned',
  1013: 'AlreadyImported',
  1014: 'PriorityTooLow',
  1016: 'ImmediatelyDropped',
}
const invalidTransaction = 1010
const invalidity = Compile(Type.Object({ invalid: Type.Union([Type.String(), Type.Record(Type.String(), Type.Unknown())]) }))

/** Reads the pool's refusal of a signed call; null where the error is no refusal, but a fault of the connection or of us. */
export function readPoolRefusal(error: AssayError): SubmitOutcome | null {
  const { rpcCode, rpcMessage, rpcData } = error.details
  if (error.code !== 'CHAIN_RPC' || typeof rpcCode !== 'number') return null
  const text = String(rpcData ?? rpcMessage)
  const invalid = parseInvalidity(text)
  if (invalid !== null) return { status: 'refused', error: invalid, docs: text }
  const known = poolCodes[rpcCode]
  if (known !== undefined) return { status: 'refused', error: known, docs: text }
  if (rpcCode !== invalidTransaction) return null
  const custom = /^Custom error: (\d+)/.exec(text)?.[1]
  if (custom !== undefined) return { status: 'refused', error: nameCustom(Number(custom)), docs: text }
  const named = invalidTexts.find(([start]) => text.startsWith(start))?.[1]
  return { status: 'refused', error: named ?? 'InvalidTransaction', docs: text }
}

/** The name of a transaction's invalidity in the runtime's own form, {"invalid": {kind: detail}}; null where it is none. */
export function nameInvalidity(json: unknown): string | null {
  if (!invalidity.Check(json)) return null
  const [kind, detail] = typeof json.invalid === 'string' ? [json.invalid, null] : (Object.entries(json.invalid)[0] ?? [])
  if (kind === 'custom') return nameCustom(Number(detail))
  return invalidKinds[kind ?? ''] ?? 'InvalidTransaction'
}

function parseInvalidity(text: string): string | null {
  if (!text.startsWith('{')) return null
  try {
    return nameInvalidity(JSON.parse(text))
  } catch {
    return null
  }
}

function nameCustom(number: number): string {
  return customErrors[number] ?? `Custom${number}`
}
