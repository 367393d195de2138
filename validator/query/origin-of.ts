import type { RoundMiner } from '../challenge/drawn-request.ts'

/** Where a miner is dialled. */
export function originOf({ host, port }: Pick<RoundMiner, 'host' | 'port'>): string {
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`
}
