import { createServer } from 'node:http'
import type { Registry } from 'prom-client'
import type { UnansweredReceipt } from '../shared/protocol/unanswered-receipt.ts'
import { type HttpAddress, type HttpDoor, listenHttp } from './listen-http.ts'

/** What the operator sees at GET /status; it never leaves the operator's own machine before the weights it led to are public. */
export interface ValidatorStatus {
  readonly hotkey: string
  readonly uid: number | null
  readonly settledRound: number | null
  readonly canary: 'passed' | 'failed' | 'pending'
  readonly weights: {
    readonly submitted: number
    readonly lastBlock: number | null
    readonly lastError: string | null
    readonly waiting: string | null
    readonly nextBlock: number | null
    readonly missedTempos: number
    readonly unrevealed: number
    readonly silent: boolean
  }
  /** The newest commitment to an epoch's audit secret. */
  readonly commitment: { readonly epoch: number | null; readonly block: number | null; readonly lastError: string | null }
  /** The operator's control miner, and the checks that it suspends; absent without one. */
  readonly control?: {
    readonly hotkey: string
    /** Checks that did not count in the last settled round. */
    readonly suspended: readonly string[]
    /** Its audited answers of the last rounds. */
    readonly answers: number
    readonly problem: string | null
  }
  /** Answers to different requests that hold the same tokens, newest first: an alarm, and nobody is convicted by it. */
  readonly duplicates: readonly {
    readonly round: number
    readonly surprisal: number
    readonly answers: readonly { readonly requestId: string; readonly minerKey: string }[]
  }[]
  readonly miners: readonly MinerStatus[]
  /** Receipts whose verdict is overdue, oldest first, at most a page of them; their miners are told the same. */
  readonly unanswered: readonly UnansweredReceipt[]
}

export interface MinerStatus {
  readonly hotkey: string
  readonly verdicts: Readonly<Record<'pass' | 'fail' | 'miss' | 'unaudited' | 'void', number>>
  readonly codes: Readonly<Record<string, number>>
  /** log10 of the evidence against it. */
  readonly evidence: number
  readonly convicted: boolean
  /** Share of its receipts that are audited in the next round, and why. */
  readonly auditRate: number
  readonly auditReason: string
  /** Verified work units per second. */
  readonly score: number
  /** Work units per second that it is offered now. */
  readonly offered: number
  /** What it offered for the last round; null where it has no offer. */
  readonly offer: { readonly epoch: number; readonly priceRao: number; readonly region: string; readonly tier: string } | null
  /** The class that it is held to; null where it offers one that is not accepted. */
  readonly class: string | null
  /** Work units per second that it claims, our part of it; null where no claim counts. */
  readonly claim: number | null
  /** It shows less than it claims, by more than the subnet allows. */
  readonly underClaim: boolean
}

export interface StatusSources {
  readonly registry: Registry
  readStatus(): Promise<ValidatorStatus>
  /** What keeps the validator from its work; null where nothing does. */
  problem(): string | null
}

/** Serves /status, /metrics and /healthz (503 with the reason where something is wrong) to the operator; throws VALIDATOR_STATUS_PORT. */
export async function openStatusServer(address: HttpAddress, { registry, readStatus, problem }: StatusSources): Promise<HttpDoor> {
  const server = createServer((request, response) => {
    const answer = (status: number, type: string, body: string) => response.writeHead(status, { 'content-type': type }).end(body)
    const json = (status: number, value: unknown) => answer(status, 'application/json', JSON.stringify(value))
    const health = (found: string | null) => json(found === null ? 200 : 503, { ok: found === null, problem: found })
    const route = request.method === 'GET' ? request.url : undefined
    const work = async () => {
      if (route === '/status') json(200, await readStatus())
      else if (route === '/metrics') answer(200, registry.contentType, await registry.metrics())
      else if (route === '/healthz') health(problem())
      else json(404, { error: { code: 'NOT_FOUND', message: 'There are /status, /metrics and /healthz.' } })
    }
    work().catch(() => {
      if (!response.headersSent) json(500, { error: { code: 'INTERNAL', message: 'The status cannot be read now.' } })
    })
  })
  return await listenHttp(server, address, { maxConnections: 64, code: 'VALIDATOR_STATUS_PORT' })
}
