import type { WeightsForm } from '../../../validator/weights/intent.ts'

/** The steps of a submission, from the first look to the end, before, between and after which a validator may die. */
export const submissionPoints = [
  'before the intent is stored',
  'after the intent is stored',
  'before it is marked as sent',
  'after it is marked as sent',
  'before it is signed',
  'when it is sent and never arrives',
  'when it has arrived',
  'before the answer is heard',
  'before its block is heard of',
  'before its block is noted',
  'after its block is noted',
  'before its finality is noted',
  'after its finality is noted',
] as const

/** The steps of what follows a commit by hash. */
export const revealPoints = [
  'before the reveal is marked',
  'after the reveal is marked',
  'when the reveal is sent and never arrives',
  'when the reveal has arrived',
  "before the reveal's block is heard of",
] as const

/** The last step of every commit. */
export const openedPoints = ['before the opening is noted', 'after the opening is noted'] as const

export type KillPoint = (typeof submissionPoints)[number] | (typeof revealPoints)[number] | (typeof openedPoints)[number]

/** Every step at which a validator of this form can be killed. */
export function killPointsOf(form: WeightsForm): readonly KillPoint[] {
  if (form === 'set-weights') return submissionPoints
  return form === 'timelocked' ? [...submissionPoints, ...openedPoints] : [...submissionPoints, ...revealPoints, ...openedPoints]
}
