import { X509Certificate } from 'node:crypto'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTlsKey, openTlsKey } from '../../../shared/identity/tls-key.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-tls-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

describe('a TLS key', () => {
  it('comes with a certificate that another reader of X.509 finds whole, signed by that very key', () => {
    const { certPem, publicHex } = createTlsKey()
    const certificate = new X509Certificate(certPem)
    expect(certificate.verify(certificate.publicKey)).toBe(true)
    expect(certificate.publicKey.export({ format: 'jwk' })).toMatchObject({
      crv: 'Ed25519',
      x: Buffer.from(publicHex, 'hex').toString('base64url'),
    })
    expect([certificate.subject, certificate.issuer, certificate.validTo]).toEqual(['CN=assay', 'CN=assay', 'Dec 31 23:59:59 9999 GMT'])
    // Every byte is accounted for.
    expect(`${certificate.raw.toString('base64').replace(/.{64}/g, '$&\n')}\n`).toBe(certPem.replace(/-----.*-----\n/g, ''))
  })

  it('is made once for a file, with the same certificate ever after', async () => {
    const file = join(folder, 'key.pem')
    expect(await openTlsKey(file)).toEqual(await openTlsKey(file))
  })

  it('is not taken from a file that others may read, nor from one that holds no such key', async () => {
    const open = join(folder, 'open.pem')
    await openTlsKey(open)
    await chmod(open, 0o644)
    await expect(openTlsKey(open)).rejects.toMatchObject({ code: 'WALLET_PERMISSIONS' })
    const wrong = join(folder, 'wrong.pem')
    await writeFile(wrong, 'no key', { mode: 0o600 })
    await expect(openTlsKey(wrong)).rejects.toMatchObject({ code: 'WALLET_CORRUPT' })
  })
})
