import { beforeAll, describe, expect, it } from 'vitest'
import { createReceiptSigner } from '../../../miner/receipts/receipt-signer.ts'
import { waitForCrypto } from '../../../shared/identity/crypto-ready.ts'
import { findSignatureProblem, type SignedStatement } from '../../../shared/identity/find-signature-problem.ts'
import { certificateBytes, certificateDigest } from '../../../shared/protocol/certificate.ts'
import { devKey } from '../../support/toy-exchange.ts'

const day = 24 * 3_600_000
const startMs = 1_800_000_000_000
const bytes = Buffer.from('a receipt')

describe('the signature of a receipt', () => {
  let certified: SignedStatement
  beforeAll(async () => {
    await waitForCrypto()
    const hotkey = devKey('Miner')
    const seal = createReceiptSigner({ hotkey, netuid: 2, nowMs: () => startMs }).current()
    certified = {
      ...{ hotkey: hotkey.hotkey, netuid: 2, certificateDigest: seal.certificateDigest, bytes, signature: seal.sign(bytes) },
      ...{ certificate: seal.certificate, signedMs: startMs, arrivedMs: startMs },
    }
  })
  /** A certificate that the hotkey really signed, changed as told, and a statement that names it. */
  const recertified = (changes: object, signer = devKey('Miner')): SignedStatement => {
    const certificate = { ...(certified.certificate?.certificate ?? never()), ...changes }
    const signature = `0x${Buffer.from(signer.sign(certificateBytes(certificate))).toString('hex')}`
    return { ...certified, certificateDigest: certificateDigest(certificate), certificate: { certificate, signature } }
  }

  it('holds by a key that the hotkey certified', () => {
    expect(findSignatureProblem(certified)).toBeNull()
  })

  it('holds by the hotkey itself', () => {
    const signature = `0x${Buffer.from(devKey('Miner').sign(bytes)).toString('hex')}`
    expect(findSignatureProblem({ ...certified, certificateDigest: null, certificate: null, signature })).toBeNull()
    expect(findSignatureProblem({ ...certified, certificateDigest: null, signature: certified.signature })).toBe("it is not the hotkey's")
  })

  it('does not hold for other bytes, other signatures or other keys', () => {
    expect(findSignatureProblem({ ...certified, bytes: Buffer.from('another') })).toBe("it is not the certified key's")
    expect(findSignatureProblem({ ...certified, signature: `0x${'0'.repeat(128)}` })).toBe("it is not the certified key's")
    expect(findSignatureProblem(recertified({ key: '1'.repeat(64) }))).toBe("it is not the certified key's")
  })

  it('does not hold without the certificate that it names, or with another', () => {
    expect(findSignatureProblem({ ...certified, certificate: null })).toBe('the certificate is missing')
    const other = recertified({ notAfterMs: startMs + 1 })
    expect(findSignatureProblem({ ...certified, certificate: other.certificate })).toBe('another certificate is named')
  })

  it('does not hold with a certificate of somebody else, for another subnet, or unsigned', () => {
    expect(findSignatureProblem(recertified({ hotkey: devKey('Other').hotkey }))).toBe("the certificate is another hotkey's")
    expect(findSignatureProblem(recertified({ netuid: 3 }))).toBe('the certificate is for another subnet')
    expect(findSignatureProblem(recertified({}, devKey('Other')))).toBe("the certificate is not the hotkey's")
  })

  it('asks again for the signature of a certificate that was found good under another one', () => {
    expect(findSignatureProblem(certified)).toBeNull()
    const { certificate } = certified.certificate ?? never()
    const forged = { certificate, signature: `0x${'0'.repeat(128)}` }
    expect(findSignatureProblem({ ...certified, certificate: forged })).toBe("the certificate is not the hotkey's")
  })

  it('does not hold outside the time of its certificate, on either clock, or with one for more than a day', () => {
    const { notBeforeMs, notAfterMs } = certified.certificate?.certificate ?? never()
    const at = (signedMs: number, arrivedMs = signedMs) => findSignatureProblem({ ...certified, signedMs, arrivedMs })
    expect([at(notBeforeMs), at(notAfterMs)]).toEqual([null, null])
    expect([at(notBeforeMs - 1), at(notAfterMs + 1)]).toEqual(Array(2).fill('the certificate does not hold at that time'))
    expect(at(startMs, notAfterMs + 2 * 3_600_000)).toBe('the certificate has run out')
    expect(findSignatureProblem(recertified({ notAfterMs: notBeforeMs + day + 1 }))).toBe('the certificate holds for too long')
  })
})

describe('the signer of receipts', () => {
  it('keeps one key while its certificate has time left, and then makes another that holds at once', async () => {
    await waitForCrypto()
    let nowMs = startMs
    const hotkey = devKey('Miner')
    const signer = createReceiptSigner({ hotkey, netuid: 2, nowMs: () => nowMs })
    const first = signer.current()
    nowMs += 12 * 3_600_000
    expect(signer.current()).toBe(first)
    for (const leap of [11.5 * 3_600_000, -3 * day]) {
      nowMs += leap
      const seal = signer.current()
      const problem = findSignatureProblem({
        ...{ hotkey: hotkey.hotkey, netuid: 2, certificateDigest: seal.certificateDigest, bytes, signature: seal.sign(bytes) },
        ...{ certificate: seal.certificate, signedMs: nowMs, arrivedMs: nowMs },
      })
      expect([seal.certificateDigest === first.certificateDigest, problem]).toEqual([false, null])
    }
  })
})

function never(): never {
  throw new Error('no certificate')
}
