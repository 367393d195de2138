const raoPerUnit = 1_000_000_000n

/** Rao as a decimal of whole units (TAO or alpha): `1500000000n` -> `1.5`; with `digits` rounded down to so many decimals. */
export function formatAmount(rao: bigint, digits = 9): string {
  const size = rao < 0n ? -rao : rao
  const fraction = String(size % raoPerUnit)
    .padStart(9, '0')
    .slice(0, digits)
    .replace(/0+$/, '')
  return `${rao < 0n ? '-' : ''}${size / raoPerUnit}${fraction === '' ? '' : `.${fraction}`}`
}

/** A decimal of whole units as rao; null where it is none, is negative, or has more than nine decimals. */
export function parseAmount(text: string): bigint | null {
  const match = /^(\d{1,12})(?:\.(\d{1,9}))?$/.exec(text.trim())
  return match === null ? null : BigInt(match[1] ?? '0') * raoPerUnit + BigInt((match[2] ?? '').padEnd(9, '0'))
}
