import { createPublicKey, type KeyObject, sign } from 'node:crypto'

/**
 * A self-signed X.509 certificate of an ed25519 key, as PEM: the shell that TLS wants around a key. It follows from the key alone; peers
 * look at nothing but the key, so that it has one fixed name, number and time (RFC 5280 with version 1, RFC 8410).
 */
export function buildCertificate(privateKey: KeyObject): string {
  const publicKey = createPublicKey(privateKey).export({ format: 'der', type: 'spki' })
  const body = sequence(one, algorithm, name, allTimes, name, publicKey)
  // A bit string starts with the number of bits that its last byte does not use.
  const signature = der(0x03, Buffer.from([0]), sign(null, body, privateKey))
  const lines = sequence(body, algorithm, signature)
    .toString('base64')
    .replace(/.{1,64}/g, '$&\n')
  return `-----BEGIN CERTIFICATE-----\n${lines}-----END CERTIFICATE-----\n`
}

function der(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts)
  const { length } = content
  // Nothing here comes near 65,536 bytes.
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255]
  return Buffer.concat([Buffer.from([tag, ...size]), content])
}

function sequence(...parts: readonly Uint8Array[]): Buffer {
  return der(0x30, ...parts)
}

const one = der(0x02, Buffer.from([1]))
/** 1.3.101.112, ed25519. */
const algorithm = sequence(Buffer.from('06032b6570', 'hex'))
/** commonName (2.5.4.3) "assay", in UTF-8. */
const name = sequence(der(0x31, sequence(Buffer.from('0603550403', 'hex'), der(0x0c, Buffer.from('assay')))))
/** From 1970 to the time that RFC 5280 has for "no end". */
const allTimes = sequence(der(0x17, Buffer.from('700101000000Z')), der(0x18, Buffer.from('99991231235959Z')))
