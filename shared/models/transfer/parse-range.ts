/** A part of a file, the end not included. */
export interface BodyRange {
  readonly from: number
  readonly to: number
  readonly partial: boolean
}

/** Reads a Range header for a file of `size` bytes: one range from-to or from- is obeyed, none or another form means the whole file (RFC 9110 allows that); null where the range begins behind the end. */
export function parseRange(header: string | undefined, size: number): BodyRange | null {
  const match = header === undefined ? null : /^bytes=(\d{1,15})-(\d{0,15})$/.exec(header)
  if (match === null) return { from: 0, to: size, partial: false }
  const from = Number(match[1])
  const to = match[2] === '' ? size : Math.min(size, Number(match[2]) + 1)
  return from < size && from < to ? { from, to, partial: true } : null
}
