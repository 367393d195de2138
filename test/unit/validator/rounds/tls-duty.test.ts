import { beforeAll, describe, expect, it } from 'vitest'
import type { AxonAddress, Metagraph, SubmitOutcome } from '../../../../shared/chain/chain-port.ts'
import { ed25519Algorithm, type NeuronCertificate } from '../../../../shared/chain/neuron-certificate.ts'
import { waitForCrypto } from '../../../../shared/identity/crypto-ready.ts'
import { createLogger } from '../../../../shared/observe/create-logger.ts'
import { buildTlsDuty } from '../../../../validator/rounds/tls-duty.ts'
import { fakeMinerChain, neuron } from '../../../support/fake-miner-chain.ts'
import { devKey } from '../../../support/toy-exchange.ts'

beforeAll(waitForCrypto)
const never = new AbortController().signal
const publicHex = 'ab'.repeat(32)
const minerKey = { algorithm: ed25519Algorithm, publicHex: 'cd'.repeat(32) }

/** A validator's duty on a subnet with one miner at an axon. */
function openDuty(axon: AxonAddress, committed: NeuronCertificate = minerKey) {
  const signer = devKey('Validator')
  const fake = fakeMinerChain([neuron(0, signer.hotkey), neuron(1, devKey('One').hotkey, { axon })])
  fake.certificates.set(devKey('One').hotkey, committed)
  let block = 100
  const submitted: Array<AxonAddress | null> = []
  const outcomes: SubmitOutcome[] = []
  const duty = buildTlsDuty({
    ...{ signer, netuid: 2, publicHex, headNumber: () => block, log: createLogger('test', 'silent') },
    chain: {
      readCertificates: fake.readCertificates,
      async submitServeAxonTls(hotkey, netuid, address, certificate, options) {
        submitted.push(address)
        const told = outcomes.shift()
        if (told !== undefined) return told
        await fake.submitServeAxonTls(hotkey, netuid, address, certificate, options)
        return { status: 'included', block: { number: block + 1, hash: '0x' }, extrinsicHash: '0x', events: [] }
      },
    },
  })
  const read = async (later = 0) => {
    block += later
    const metagraph: Metagraph = { ...(await fake.readMetagraph(2)), block }
    return duty.readKeys(metagraph, never)
  }
  const settled = () => new Promise(resolve => setImmediate(resolve))
  return { duty, read, settled, submitted, outcomes, advance: (blocks: number) => (block += blocks) }
}

const address = { host: '192.0.2.7', port: 8092 }

describe('a validator’s TLS key', () => {
  it('is committed to once where a miner speaks TLS, without an axon, and is ready when miners had time to read it', async () => {
    const { duty, read, submitted, advance } = openDuty({ ...address, tls: true })
    expect(await read()).toEqual(new Map([[devKey('One').hotkey, minerKey.publicHex]]))
    expect([submitted, duty.isReady()]).toEqual([[null], false])
    await duty.stop()
    await read(1)
    expect([submitted.length, duty.isReady()]).toEqual([1, false])
    advance(4)
    expect(duty.isReady()).toBe(false)
    advance(1)
    expect(duty.isReady()).toBe(true)
  })

  it('is tried again where the chain refused it', async () => {
    const { duty, read, settled, submitted, outcomes, advance } = openDuty({ ...address, tls: true })
    outcomes.push({ status: 'refused', error: 'ServingRateLimitExceeded', docs: '' })
    await read()
    await settled()
    advance(100)
    expect(duty.isReady()).toBe(false)
    await read(1)
    expect(submitted).toHaveLength(2)
  })

  it('is not ready any more where a re-organisation took it away, and is committed to again', async () => {
    const { duty, read, settled, submitted, outcomes, advance } = openDuty({ ...address, tls: true })
    const block = { number: 101, hash: '0x' }
    outcomes.push({ status: 'included', block, extrinsicHash: '0x', events: [] })
    await read()
    await settled()
    advance(6)
    expect(duty.isReady()).toBe(true)
    await read()
    expect([submitted.length, duty.isReady()]).toEqual([2, false])
  })

  it('is committed to nowhere while no miner speaks TLS, even if one holds a key', async () => {
    const { read, submitted } = openDuty(address)
    expect([await read(), submitted]).toEqual([new Map(), []])
  })

  it.each([
    ['of another algorithm', { algorithm: 1, publicHex: 'cd'.repeat(32) }],
    ['of another length', { algorithm: ed25519Algorithm, publicHex: 'cd'.repeat(33) }],
  ])('does not take a miner’s key %s for one that can be compared', async (_, certificate) => {
    const { read } = openDuty({ ...address, tls: true }, certificate)
    expect(await read()).toEqual(new Map())
  })
})
