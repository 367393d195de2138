import { describe, expect, it } from 'vitest'
import { type KillPoint, killPointsOf } from '../chaos/weights/kill-points.ts'
import { fullFaults } from '../support/full-faults.ts'
import { killAtEach } from '../support/weights-chaos-lab.ts'

/** In `npm test` one step of a commit by hash for each kind of fact that is lost; in `npm run faults` every step of every form. */
const few: readonly KillPoint[] = ['after it is marked as sent', 'when it has arrived', 'when the reveal has arrived']

describe('F43, F44: kill -9 between the steps of a submission and of a reveal', () => {
  it.each(fullFaults ? (['set-weights', 'timelocked', 'hash'] as const) : (['hash'] as const))(
    'neither loses a tempo nor acts twice: journal and chain tell the next life what is left to do (%s)',
    async form => {
      const points = fullFaults ? killPointsOf(form) : few
      const { audit, faults, killed } = await killAtEach(form, points)
      expect(faults).toEqual([])
      expect([...killed.keys()].sort()).toEqual([...points].sort())
      expect(audit).toMatchObject({ tempos: points.length + 1, missed: [], wrong: [] })
      // One for each tempo, one more in the first, where the validator began at once, and what the present tempo has already.
      expect(audit.effects).toBeLessThanOrEqual(points.length + 4)
      expect(audit.mostUnrevealed).toBeLessThanOrEqual(3)
    },
    600_000,
  )
})
