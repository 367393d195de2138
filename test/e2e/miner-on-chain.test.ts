import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type Actor, createActor } from '../../owner/world/create-actor.ts'
import { type Child, runChild } from '../../owner/world/run-child.ts'
import { setStage } from '../../owner/world/set-stage.ts'
import type { Neuron } from '../../shared/chain/chain-port.ts'
import { connectSubstrateChain, type SubstrateChain } from '../../shared/chain/connect-substrate-chain.ts'
import { waitForCrypto } from '../../shared/identity/crypto-ready.ts'
import { pairFromUri } from '../../shared/identity/key-pair.ts'
import { answerText } from '../../shared/models/answer-text.ts'
import { loadModel } from '../../shared/models/load-model.ts'
import { parseChatAnswer, textOf } from '../../shared/protocol/answer.ts'
import { unpackTokenIds } from '../../shared/protocol/pack-numbers.ts'
import { receiptProblem } from '../support/receipt-problem.ts'
import { chatAsk, signedRequest } from '../support/signed-ask.ts'
import { codeOf, sendRaw, tinyModelFolder } from '../support/test-miner.ts'

const signal = AbortSignal.timeout(120_000)

/** The block of the metagraph that a miner last read. */
async function blockOf(address: string): Promise<number> {
  const { text } = await sendRaw(address, { method: 'GET', path: '/healthz', headers: {}, body: new Uint8Array() })
  return Number(/"block":(\d+)/.exec(text)?.[1])
}

// macOS has no 127.0.0.2 unless somebody added it, and the chain takes no 127.0.0.1.
describe.skipIf(process.platform === 'darwin')('a miner process on the embedded chain, with the real model', () => {
  let folder: string
  let node: Child
  let chain: SubstrateChain
  let netuid: number
  let validator: Actor
  let newcomer: Actor
  const children: Child[] = []

  beforeAll(async () => {
    await waitForCrypto()
    folder = await mkdtemp(join(tmpdir(), 'assay-e2e-miner-'))
    node = await runChild(
      'chain',
      ['chain', '--tmp', '--preset', 'fast', '--port', '0', '--block-time', '300'],
      join(folder, 'chain.log'),
      60_000,
      signal,
    )
    chain = await connectSubstrateChain({ endpoint: node.address, signal })
    const [owner, first, second] = await Promise.all(
      ['owner', 'validator', 'newcomer'].map(name => createActor(name, join(folder, 'wallets'))),
    )
    if (owner === undefined || first === undefined || second === undefined) throw new Error('no actors')
    validator = first
    newcomer = second
    netuid = await setStage(chain, owner, [], [{ actor: validator, alpha: 50_000 }], signal)
    await chain.submitTransfer(pairFromUri('//Alice'), newcomer.coldkey.address, 1_000_000_000_000n, { until: 'included', signal })
  }, 120_000)
  afterAll(async () => {
    await Promise.all(children.map(child => child.stop()))
    await chain?.close()
    await node?.stop()
    await rm(folder, { recursive: true, force: true })
  })

  /** The neuron of a hotkey, at the first head at which it is as awaited. */
  const awaitNeuron = (hotkey: string, ready: (neuron: Neuron) => boolean) =>
    new Promise<Neuron>((resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason))
      const stop = chain.watchHeads('best', head => {
        chain.readMetagraph(netuid, head.hash, signal).then(({ neurons }) => {
          const neuron = neurons.find(known => known.hotkey === hotkey)
          if (neuron === undefined || !ready(neuron)) return
          stop()
          resolve(neuron)
        }, reject)
      })
    })

  it('registers itself, announces its address, answers the validator and stops on request', async () => {
    const args = ['miner', 'start', '--netuid', String(netuid), '--chain-endpoint', node.address, '--model-folder', tinyModelFolder]
    const wallet = ['--wallet-path', join(folder, 'wallets'), '--wallet-name', 'newcomer', '--data-folder', join(folder, 'data')]
    const miner = await runChild(
      'miner',
      [...args, ...wallet, '--register', 'on', '--axon-host', '127.0.0.2', '--axon-port', '0', '--refresh-seconds', '0.3'],
      join(folder, 'miner.log'),
      60_000,
      signal,
    )
    children.push(miner)
    const hotkey = newcomer.hotkey.hotkey
    const { axon } = await awaitNeuron(hotkey, neuron => neuron.axon !== null)
    expect(miner.address).toBe(`http://127.0.0.2:${axon?.port}`)

    await awaitNeuron(validator.hotkey.hotkey, neuron => neuron.validatorPermit)
    const { number: permitBlock } = await chain.readHead(signal)
    await vi.waitFor(async () => expect(await blockOf(miner.address)).toBeGreaterThanOrEqual(permitBlock), {
      interval: 100,
      timeout: 20_000,
    })
    const model = await loadModel(tinyModelFolder)
    const ask = () =>
      sendRaw(
        miner.address,
        signedRequest(validator.hotkey, hotkey, chatAsk(model.manifestDigest, { temperature: 0, max_tokens: 24 }, { netuid })),
      )
    const reply = await ask()
    expect(codeOf(reply)).toBeUndefined()
    const answer = parseChatAnswer(reply.json)
    const { receipt } = answer.assay
    expect(receiptProblem(newcomer.hotkey.hotkey, answer.assay)).toBeNull()
    const known = model.manifest.knownAnswers.find(({ messages }) => messages[0]?.content === 'What is 17 plus 25?')
    expect(unpackTokenIds(receipt.tokenIds)).toEqual(known?.tokenIds)
    expect(textOf(answer)).toBe(answerText(model, known?.tokenIds ?? []))

    await miner.stop()
    await miner.exited
    await expect(ask()).rejects.toThrow()
  }, 120_000)
})
