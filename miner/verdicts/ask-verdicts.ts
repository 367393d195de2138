import { randomBytes } from 'node:crypto'
import { AssayError } from '../../shared/errors/assay-error.ts'
import type { KeyPair } from '../../shared/identity/key-pair.ts'
import { readSs58OrNull } from '../../shared/identity/ss58.ts'
import { verifySr25519 } from '../../shared/identity/verify-signature.ts'
import { convictionBytes } from '../../shared/protocol/conviction.ts'
import { authHeaders, requestAuthBytes } from '../../shared/protocol/request-auth.ts'
import {
  parseVerdictsPage,
  type VerdictsAsk,
  type VerdictsPage,
  verdictBytes,
  verdictsPath,
} from '../../shared/protocol/verdict-statement.ts'
import { abortAfter } from '../../shared/util/abort-after.ts'

const timeoutMs = 15_000
/** A hundred verdicts have some 200 kB. */
const maxPageBytes = 8 * 1024 * 1024

/** Asks a validator for a page of this hotkey's verdicts and checks that it signed each of them; throws MINER_VERDICTS. Needs waitForCrypto() first. */
export async function askVerdicts(
  url: string,
  validator: string,
  pair: KeyPair,
  ask: VerdictsAsk,
  signal?: AbortSignal,
): Promise<VerdictsPage> {
  const refuse = (problem: string, cause?: unknown) => new AssayError('MINER_VERDICTS', { url, problem }, { cause })
  const body = Buffer.from(JSON.stringify(ask))
  const id = randomBytes(16).toString('hex')
  const timeMs = Date.now()
  const signed = requestAuthBytes({ method: 'POST', path: verdictsPath, body, caller: pair.hotkey, receiver: validator, timeMs, id })
  const headers = {
    'content-type': 'application/json',
    [authHeaders.scheme]: 'assay-1',
    [authHeaders.caller]: pair.hotkey,
    [authHeaders.receiver]: validator,
    [authHeaders.time]: String(timeMs),
    [authHeaders.id]: id,
    [authHeaders.signature]: `0x${Buffer.from(pair.sign(signed)).toString('hex')}`,
  }
  let page: VerdictsPage
  try {
    const response = await fetch(new URL(verdictsPath, url), {
      ...{ method: 'POST', headers, body, redirect: 'error', signal: abortAfter(timeoutMs, signal) },
    })
    const text = await readText(response)
    if (!response.ok) throw new Error(`it says ${response.status}: ${messageIn(text)}`)
    page = parseVerdictsPage(JSON.parse(text))
  } catch (error) {
    throw refuse(error instanceof Error ? error.message : String(error), error)
  }
  const key = readSs58OrNull(validator)
  for (const { statement, signature } of page.verdicts) {
    if (statement.validator !== validator || statement.miner !== pair.hotkey || statement.netuid !== ask.netuid)
      throw refuse('it sent a verdict on somebody else')
    if (key === null || !verifySr25519(Buffer.from(signature.slice(2), 'hex'), verdictBytes(statement), key))
      throw refuse(`its signature of the verdict on request ${statement.verdict.requestId} does not hold`)
  }
  for (const { statement, signature } of page.convictions) {
    if (statement.validator !== validator || statement.miner !== pair.hotkey || statement.netuid !== ask.netuid)
      throw refuse('it sent a conviction of somebody else')
    if (key === null || !verifySr25519(Buffer.from(signature.slice(2), 'hex'), convictionBytes(statement), key))
      throw refuse(`its signature of the conviction in round ${statement.round.number} does not hold`)
  }
  return page
}

async function readText({ body }: Response): Promise<string> {
  if (body === null) return ''
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of body) {
    size += chunk.length
    if (size > maxPageBytes) throw new Error(`its answer has more than ${maxPageBytes} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function messageIn(text: string): string {
  try {
    const { error }: { error?: { message?: unknown } } = JSON.parse(text)
    return typeof error?.message === 'string' ? error.message.slice(0, 300) : 'nothing'
  } catch {
    return 'nothing'
  }
}
