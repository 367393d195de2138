import { readFile } from 'node:fs/promises'
import type { Report } from './report.ts'
import { asShown } from './shown-rows.ts'

/** A report that `--json` wrote, to be rendered again; members as audits see them, also in a report of before that was so. */
export async function readReport(file: string): Promise<Report> {
  // Written by this program alone, into a file that its user named.
  const report = JSON.parse(await readFile(file, 'utf8')) as Report
  return { ...report, members: report.members.map(asShown) }
}
