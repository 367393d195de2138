import { type Logger, pino, stdTimeFunctions } from 'pino'

export type { Logger }

/** The program's log: JSON lines on standard error, so that standard output stays for results. Never give it prompts, answers or keys. */
export function createLogger(name: string, level = 'info'): Logger {
  return pino({ name, level, timestamp: stdTimeFunctions.isoTime, base: { name } }, pino.destination({ dest: 2, sync: true }))
}
