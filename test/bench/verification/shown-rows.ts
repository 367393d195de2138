import { members } from '../../../owner/gallery/members.ts'
import type { AnswerSample } from './answer-sample.ts'
import type { MemberReport } from './report.ts'
import { temperature } from './settings.ts'

const rowChecks: readonly string[] = ['fingerprint', 'toploc', 'all']
/** Its streams end before the receipt that would commit to rows, log-probabilities and a reason to end. */
const cutStreams = 'abort-substituted'

/** What keeps a member's rows from being shown as they were made, for the page; undefined where audits see its rows. */
export function hiddenRowsNote(name: string): string | undefined {
  if (name === cutStreams)
    return 'Its streams end before the receipt that would commit to rows and log-probabilities, so its partial receipts are measured by their tokens alone; such an answer earns nothing.'
  const member = members.find(each => each.name === name)
  if (!member?.caughtBy.includes('opening')) return undefined
  return member.gets === 'miss'
    ? 'No audit ever sees its rows, so nothing is measured of them: an answer whose opening is refused earns nothing, and its tokens alone convict it.'
    : 'It shows rows that do not lead to the root in its receipt: a deterministic check refuses the opening, so one audited answer convicts it (a test plays that), and nothing is measured of its rows.'
}

/** What is not measured of a member whose offer claims another class than its answers were held against, for the page; undefined where that is the same. */
export function otherClassNote(name: string, loosest: string): string | undefined {
  return name === 'loose-class'
    ? `Held against the bounds of ${loosest} at temperature ${temperature}, like everybody here. The class that it offers is asked greedily alone and has wider bounds: under those it was not measured.`
    : undefined
}

/** A member's answers as audits see them: a stream that was cut off has not said why it ended. */
export function samplesAsShown(name: string, samples: readonly AnswerSample[]): readonly AnswerSample[] {
  if (name !== cutStreams) return samples
  return samples.map(sample => (sample.problem?.code === 'VERIFY_FINISH' ? { ...sample, problem: null } : sample))
}

/** The report of a member as audits see it: where it never opens the rows that its engine made, without what those rows would have proved. */
export function asShown(member: MemberReport): MemberReport {
  if (hiddenRowsNote(member.name) === undefined) return member
  const isSeen = ({ check }: { readonly check: string }) =>
    !rowChecks.includes(check) && !(member.name === cutStreams && check === 'log-probs')
  return {
    ...member,
    rows: member.rows.filter(isSeen),
    curves: member.curves.filter(isSeen),
    convictions: member.convictions.filter(({ of }) => of === 'tokens'),
    deciles: { ...member.deciles, proofs: [] },
  }
}
