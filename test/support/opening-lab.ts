import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buildOpening } from '../../miner/openings/open-receipt.ts'
import { commitAnswer } from '../../miner/receipts/commit-answer.ts'
import { toHiddenRows } from '../../shared/proof/fingerprint/hidden-rows.ts'
import { type OpeningRecord, openingBytes, openingsPath, parseOpeningAsk, type SignedOpening } from '../../shared/protocol/opening.ts'
import { receiptDigest } from '../../shared/protocol/receipt-bytes.ts'
import type { SubnetFile } from '../../shared/subnet/subnet-file.ts'
import { openDialer } from '../../validator/query/open-dialer.ts'
import { type LabOptions, openSettlementLab, type SettlementLab } from './settlement-lab.ts'
import { devKey, toyStatistics } from './toy-exchange.ts'
import { toyHidden, toyRows } from './toy-rows.ts'

/** What the miners say to a request for an opening, now or later: a body, a status, null for never, or they hang up. */
export type OpeningPlay = (honest: SignedOpening, count: number) => OpeningReply | Promise<OpeningReply>
type OpeningReply = SignedOpening | number | null | 'hang up'

export interface OpeningLab extends SettlementLab {
  /** Asks miners of these names for so many answers each, of which all commit to the toy's rows. */
  askOpenable(round: number, answers: Readonly<Record<string, number>>): Promise<void>
  /** Requests for openings that reached a miner. */
  asked(): number
  readonly openings: readonly OpeningRecord[]
  /** Drops the connections of the validator, and starts again on the same store. */
  close(): Promise<void>
}

export const toyProof: NonNullable<SubnetFile['proof']> = { k: 8, fullRows: 2, openingMs: 20_000, keepBlocks: 150, toploc: null }
const tokenIds = [8, 9, 0]

/** A settlement lab whose miners listen on 127.0.0.3 and open their receipts over HTTP. */
export async function openOpeningLab(play: OpeningPlay = honest => honest, options: LabOptions = {}): Promise<OpeningLab> {
  const commitment = commitAnswer(toHiddenRows(toyRows(tokenIds), toyHidden), undefined)
  if (commitment === null) throw new Error('no rows')
  const names = new Map<string, string>()
  const requests = new Map<string, { requestId: string; name: string }>()
  let asked = 0
  const server = createServer((request, response) => {
    const pieces: Buffer[] = []
    request.on('data', piece => pieces.push(piece))
    request.on('end', async () => {
      if (request.url !== openingsPath) return response.writeHead(404).end()
      asked += 1
      const ask = parseOpeningAsk(JSON.parse(Buffer.concat(pieces).toString()))
      const { requestId = '', name = '' } = requests.get(ask.receiptDigest) ?? {}
      const { rows, proofs } = commitment
      const kept = {
        ...{ rows, proofs, requestId, receiptDigest: ask.receiptDigest, validator: devKey('Validator').hotkey },
        certificateDigest: null,
      }
      const statement = buildOpening(ask, { ...kept, seal: { sign: () => '' } }, devKey(name).hotkey, 1_400)
      const said = await play({ statement, signature: signed(name, statement) }, asked)
      if (said === null) return
      if (said === 'hang up') return void request.socket.destroy()
      if (typeof said === 'number') return response.writeHead(said).end()
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(said))
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.3', resolve))
  const { port } = server.address() as AddressInfo
  const dispatcher = openDialer({
    ...{ allowPrivate: true, connectTimeoutMs: 1_000, headersTimeoutMs: 5_000, idleTimeoutMs: 5_000, connectionsPerMiner: 16 },
  })
  const openings: OpeningRecord[] = []
  const lab = await openSettlementLab({
    address: { host: '127.0.0.3', port },
    hiddenSize: toyHidden,
    score: async request => ({
      ...toyStatistics(request.tokenIds.length),
      ...(request.wantHidden === true && { hidden: toyRows(request.tokenIds) }),
    }),
    opener: chain => ({
      ask: { dispatcher, signer: devKey('Validator'), headNumber: () => chain.clock.best().number },
      ...{ hiddenSize: toyHidden, netuid: 2, onOpening: record => openings.push(record) },
    }),
    ...options,
    subnet: { proof: toyProof, ...options.subnet },
  })
  return {
    ...lab,
    openings,
    asked: () => asked,
    async askOpenable(round, answers) {
      const deed = { receipt: { hiddenRoot: commitment.hiddenRoot } }
      const deeds = Object.fromEntries(Object.entries(answers).map(([name, count]) => [name, Array.from({ length: count }, () => deed)]))
      const record = await lab.ask(round, deeds)
      for (const name of Object.keys(answers)) names.set(devKey(name).hotkey, name)
      for (const { arrival, miner } of await lab.pool.exchangesOf(record)) {
        if (arrival.kind !== 'answer') continue
        const { requestId } = arrival.receipt
        requests.set(receiptDigest(arrival.receipt), { requestId, name: names.get(miner.hotkey) ?? '' })
      }
    },
    async close() {
      await dispatcher.destroy()
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
}

/** Signs a statement as the miner of a name. */
export function signed(name: string, statement: SignedOpening['statement']): string {
  return `0x${Buffer.from(devKey(name).sign(openingBytes(statement))).toString('hex')}`
}
