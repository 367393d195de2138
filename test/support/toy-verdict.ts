import type { Verdict } from '../../validator/verification/verdict.ts'
import { fixedRate } from './fixed-rate.ts'

let count = 0

/** A verdict for scoring tests: a passed answer of 10 work units where nothing is replaced. */
export function toyVerdict(parts: Partial<Verdict> = {}): Verdict {
  count += 1
  const kind = parts.kind ?? 'pass'
  return {
    requestId: count.toString(16).padStart(32, '0'),
    minerKey: 'honest@1',
    kind,
    code: kind === 'pass' ? null : 'timeout',
    evidence: {},
    eValue: kind === 'pass' ? 0.5 : null,
    stream: (parts.eValue ?? (kind === 'pass' ? 0.5 : null)) === null ? null : 'synthetic/toy/2',
    work: kind === 'pass' || kind === 'unaudited' ? 10 : 0,
    askedWork: 12,
    auditRate: 1,
    auditReason: fixedRate,
    commitmentBlock: null,
    ...parts,
  }
}
