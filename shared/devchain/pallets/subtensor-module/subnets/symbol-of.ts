const greek = Array.from('αβγδεζηθικλμνξοπρσtυφχψω')

/** The token symbol of a subnet: the small Greek letters in turn, tau's sign for root and past the alphabet. */
export function symbolOf(netuid: number): Uint8Array {
  return Uint8Array.from(Buffer.from((netuid === 0 ? undefined : greek[netuid - 1]) ?? '𝜏', 'utf8'))
}
