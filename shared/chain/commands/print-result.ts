import type { Command } from 'commander'

/** Writes a command's result: JSON where it was asked for (whole numbers of any size exactly, as text where they are large), else text. */
export function printResult(command: Command, json: boolean, value: unknown, text: () => string): void {
  const out = json ? JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? exactNumber(part) : part), 2) : text()
  command.configureOutput().writeOut?.(`${out}\n`)
}

function exactNumber(value: bigint): number | string {
  return value <= BigInt(Number.MAX_SAFE_INTEGER) && value >= BigInt(Number.MIN_SAFE_INTEGER) ? Number(value) : String(value)
}
