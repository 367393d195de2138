import { createServer } from 'node:http'
import { afterEach, describe, expect, it } from 'vitest'
import { askVerdicts } from '../../../../miner/verdicts/ask-verdicts.ts'
import { renderVerdicts } from '../../../../miner/verdicts/render-verdicts.ts'
import { authHeaders, requestAuthBytes } from '../../../../shared/protocol/request-auth.ts'
import { verdictsPath } from '../../../../shared/protocol/verdict-statement.ts'
import { openVerdictServer } from '../../../../validator/reports/open-verdict-server.ts'
import { openSettlementLab } from '../../../support/settlement-lab.ts'
import { devKey } from '../../../support/toy-exchange.ts'

const closers: Array<() => Promise<void>> = []
afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

const all = { netuid: 2, after: 0, limit: 100 }

async function serve(nowMs?: () => number) {
  const lab = await openSettlementLab()
  await lab.ask(40, { One: [{}, { text: 'other' }, 'miss'], Two: [{}] })
  await lab.settle(40)
  const validator = devKey('Validator').hotkey
  const server = await openVerdictServer(
    { host: '127.0.0.1', port: 0 },
    { ...{ store: lab.store, validator, netuid: 2, readUnanswered: async () => [] }, ...(nowMs !== undefined && { nowMs }) },
  )
  closers.push(() => server.close())
  return { lab, url: server.url, validator }
}

interface Sent {
  readonly body?: string
  readonly timeMs?: number
  readonly receiver?: string
  readonly signer?: string
  readonly id?: string
}

function signedHeaders(caller: string, { body = JSON.stringify(all), ...parts }: Sent = {}): Record<string, string> {
  const { timeMs = Date.now(), id = '7'.repeat(32), receiver = devKey('Validator').hotkey } = parts
  const hotkey = devKey(caller).hotkey
  const auth = { method: 'POST', path: verdictsPath, body: Buffer.from(body), caller: hotkey, receiver, timeMs, id }
  const signature = `0x${Buffer.from(devKey(parts.signer ?? caller).sign(requestAuthBytes(auth))).toString('hex')}`
  return {
    ...{ [authHeaders.scheme]: 'assay-1', [authHeaders.caller]: hotkey, [authHeaders.receiver]: receiver },
    ...{ [authHeaders.time]: String(timeMs), [authHeaders.id]: id, [authHeaders.signature]: signature },
  }
}

async function told(url: string, headers: Record<string, string>, body = JSON.stringify(all)): Promise<string> {
  const response = await fetch(`${url}${verdictsPath}`, { method: 'POST', headers, body })
  const { error }: { error?: { code: string } } = JSON.parse(await response.text())
  return `${response.status} ${error?.code ?? 'ok'}`
}

describe('the door for verdicts', () => {
  it('gives a miner its own signed verdicts and nobody else’s, without scores', async () => {
    const { url, validator } = await serve()
    const one = await askVerdicts(url, validator, devKey('One'), all)
    const two = await askVerdicts(url, validator, devKey('Two'), all)
    expect(one.verdicts.map(({ statement }) => statement.verdict.kind).sort()).toEqual(['fail', 'miss', 'pass'])
    expect(two.verdicts.map(({ statement }) => statement.miner)).toEqual([devKey('Two').hotkey])
    expect(JSON.stringify(one)).not.toContain('"scores"')
  })

  it('gives them page by page, each once', async () => {
    const { url, validator } = await serve()
    const first = await askVerdicts(url, validator, devKey('One'), { ...all, limit: 2 })
    const second = await askVerdicts(url, validator, devKey('One'), { ...all, limit: 2, after: first.next ?? 0 })
    const third = await askVerdicts(url, validator, devKey('One'), { ...all, limit: 2, after: second.next ?? 0 })
    const ids = [...first.verdicts, ...second.verdicts].map(({ statement }) => statement.verdict.requestId)
    expect([first.verdicts.length, second.verdicts.length, new Set(ids).size, third]).toEqual([
      2,
      1,
      3,
      { verdicts: [], next: null, unanswered: [], convictions: first.convictions },
    ])
  })

  it('is explained to a person, one sentence for each', async () => {
    const { url, validator } = await serve()
    const text = renderVerdicts(await askVerdicts(url, validator, devKey('One'), all))
    expect(text).toContain('The signed text is not what the signed token ids say.')
    expect(text).toContain('No whole answer came in the time that the request gave.')
    expect(text).toContain('The answer was verified against the model')
  })

  it.each<[string, Sent, string]>([
    ["another's signature", { signer: 'Two' }, '401 VALIDATOR_CALLER'],
    ['another receiver', { receiver: '5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY' }, '401 VALIDATOR_CALLER'],
    ['an old time', { timeMs: 1_700_000_000_000 }, '401 VALIDATOR_CALLER'],
    ['a body that was not signed', { body: '{}' }, '401 VALIDATOR_CALLER'],
  ])('refuses %s', async (_, parts, expected) => {
    const { url } = await serve()
    expect(await told(url, signedHeaders('One', parts))).toBe(expected)
  })

  it('refuses a request that was sent before, and whoever has no verdicts', async () => {
    const { url } = await serve()
    const headers = signedHeaders('One')
    expect([await told(url, headers), await told(url, headers)]).toEqual(['200 ok', '401 VALIDATOR_CALLER'])
    expect(await told(url, signedHeaders('Stranger'))).toBe('404 VALIDATOR_CALLER_UNKNOWN')
  })

  it('refuses what was signed before it started, because it cannot know whether that was used', async () => {
    const started = Date.now() + 5_000
    const { url } = await serve(() => started)
    expect(await told(url, signedHeaders('One'))).toBe('401 VALIDATOR_CALLER')
  })

  it('refuses long bodies, other subnets and too large pages', async () => {
    const { url } = await serve()
    const send = (body: string, id: string) => told(url, signedHeaders('One', { body, id: id.repeat(32) }), body)
    expect(await send('x'.repeat(5_000), '1')).toBe('401 VALIDATOR_CALLER')
    expect(await send(JSON.stringify({ ...all, netuid: 3 }), '2')).toBe('401 VALIDATOR_CALLER')
    expect(await send(JSON.stringify({ ...all, limit: 101 }), '3')).toBe('400 PROTO_SHAPE')
    expect((await fetch(`${url}/status`)).status).toBe(404)
  })

  it('tells a flood from one address to wait', async () => {
    const { url } = await serve()
    const replies: string[] = []
    for (let each = 0; each < 40; each++) replies.push(await told(url, {}))
    expect(replies).toContain('429 VALIDATOR_CALLER_BUSY')
  })
})

describe('a miner that asks', () => {
  it('believes no verdict that its validator did not sign', async () => {
    const { url } = await serve()
    await expect(askVerdicts(url, devKey('Other').hotkey, devKey('One'), all)).rejects.toThrow('gave no verdicts')
  })

  it('believes no verdict on another miner, and none that was changed on its way', async () => {
    const { url, validator } = await serve()
    const page = await askVerdicts(url, validator, devKey('Two'), all)
    let served: unknown = page
    const liar = createServer((_, response) => response.end(JSON.stringify(served)))
    await new Promise<void>(resolve => liar.listen(0, '127.0.0.1', resolve))
    closers.push(async () => void liar.close())
    const address = liar.address()
    const liarUrl = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
    await expect(askVerdicts(liarUrl, validator, devKey('One'), all)).rejects.toThrow('a verdict on somebody else')
    served = { ...page, verdicts: page.verdicts.map(each => ({ ...each, statement: { ...each.statement, referenceReady: false } })) }
    await expect(askVerdicts(liarUrl, validator, devKey('Two'), all)).rejects.toThrow('does not hold')
  })
})
