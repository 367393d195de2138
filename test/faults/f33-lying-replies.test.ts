import { describe, expect, it } from 'vitest'
import { pairFromUri } from '../../shared/identity/key-pair.ts'
import { chainFaultLab } from '../support/chain-fault-lab.ts'
import type { RpcText } from '../support/rpc-proxy.ts'

const lab = chainFaultLab()
/** Changes the hex of the answers to one method. */
const bend = (wanted: string, change: (hex: string) => unknown) => (message: RpcText, method: string | null) =>
  method === wanted && typeof message.result === 'string' ? { ...message, result: change(message.result) } : message

describe('F33: an endpoint that answers with rubbish', () => {
  it.each([
    ['cut in half', (hex: string) => hex.slice(0, 2 + 2 * Math.floor(hex.length / 8))],
    ['of random bytes', (hex: string) => `0x${'5a'.repeat((hex.length - 2) / 2)}`],
    ['that is no hex', () => 'metadata'],
    ['that is empty', () => '0x'],
  ])('metadata %s is refused with CHAIN_DECODE', async (_, change) => {
    const proxy = await lab.proxy(await lab.chain())
    proxy.tampering.reply = (message, method) => bend('state_getMetadata', change)(bend('state_call', change)(message, method), method)
    await expect(lab.connect(proxy.endpoint)).rejects.toMatchObject({ code: 'CHAIN_DECODE' })
  })

  it('metadata of one endpoint: the other one serves', async () => {
    const node = await lab.chain()
    const [liar, good] = [await lab.proxy(node), await lab.proxy(node)]
    liar.tampering.reply = bend('state_call', () => '0x01')
    const chain = await lab.connect([liar.endpoint, good.endpoint])
    expect(chain.endpoint).toBe(good.endpoint)
    expect((await chain.readMetagraph(1)).netuid).toBe(1)
  })

  it.each([
    ['one byte short', (hex: string) => hex.slice(0, -2)],
    ['one byte long', (hex: string) => `${hex}00`],
    ['half of it', (hex: string) => hex.slice(0, 2 + 2 * Math.floor(hex.length / 4))],
    ['nothing', () => '0x'],
    ['null', () => null],
  ])('a metagraph, %s: CHAIN_DECODE, and nothing of it is used', async (_, change) => {
    const node = await lab.chain()
    const proxy = await lab.proxy(node)
    const chain = await lab.connect(proxy.endpoint)
    proxy.tampering.reply = bend('state_call', change)
    await expect(chain.readMetagraph(1)).rejects.toMatchObject({ code: 'CHAIN_DECODE', retry: true })
    await expect(chain.readHyperparameters(1)).rejects.toMatchObject({ code: 'CHAIN_DECODE' })
  })

  it('a storage value of the wrong length is refused', async () => {
    const node = await lab.chain()
    const proxy = await lab.proxy(node)
    const chain = await lab.connect(proxy.endpoint)
    proxy.tampering.reply = bend('state_getStorage', hex => hex.slice(0, -2))
    await expect(chain.readBalance(pairFromUri('//Alice').address)).rejects.toMatchObject({ code: 'CHAIN_DECODE' })
  })

  it('a reply of 100 MB ends the connection at the cap, and is never held whole', async () => {
    const node = await lab.chain()
    const proxy = await lab.proxy(node)
    const chain = await lab.connect(proxy.endpoint)
    const before = process.memoryUsage().rss
    let huge = true
    proxy.tampering.reply = (message, method) => {
      if (method !== 'state_call' || !huge) return message
      huge = false
      return `{"jsonrpc":"2.0","id":${message.id},"result":"0x${'00'.repeat(50 * 1024 * 1024)}"}`
    }
    await expect(chain.readMetagraph(1)).rejects.toMatchObject({ code: 'CHAIN_OVERSIZE' })
    // The text itself lives in this process twice, as the proxy's string and its bytes; the client must not add a third.
    expect(process.memoryUsage().rss - before).toBeLessThan(350 * 1024 * 1024)
    expect((await chain.readMetagraph(1)).netuid).toBe(1)
  })
})
