import { countOf } from '../../shared/util/count-of.ts'
import { formatAmount } from '../../shared/util/format-amount.ts'
import type { WatchReport } from './build-watch-report.ts'

/** The report as people read it. */
export function renderWatchReport(report: WatchReport): string {
  const { immunityLeftBlocks, registrationsToPrune, hoursToPrune, freeUids } = report
  const hours = (value: number) => `${value < 10 ? value.toFixed(1) : value.toFixed(0)} h`
  const place =
    registrationsToPrune === null
      ? 'out of reach'
      : `${countOf(registrationsToPrune, 'registration')}${freeUids > 0 ? `, ${countOf(freeUids, 'uid')} still free` : ''}`
  return [
    `block ${report.block}: uid ${report.uid}${report.danger ? ', DANGER of being pruned within a day' : ''}`,
    `immunity left       ${immunityLeftBlocks === 0 ? 'none' : `${countOf(immunityLeftBlocks, 'block')} (${hours(report.immunityLeftHours)})`}`,
    `to the prune line   ${place}${hoursToPrune === null ? '' : `, about ${hours(hoursToPrune)} at the present rate`}`,
    `registrations       ${report.registrationsPerHour} in the last hour`,
    `emission            ${formatAmount(report.alphaPerDayRao, 6)} alpha a day, ${formatAmount(report.taoPerDayRao, 6)} TAO`,
  ].join('\n')
}
