const greek = Array.from('αβγδεζηθικλμνξοπρσtυφχψω')

/** The token symbol of a subnet: the small Greek letters in turn, tau's sign for root and past the alphabet. */
export function symbolOf(netuid: number): Uint8Array {
  return utf8((netuid === 0 ? undefined : greek[netuid - 1]) ?? '𝜏')
}

/** The symbols that a subnet may have, root's not among them. */
export function listSymbols(): Uint8Array[] {
  return greek.map(utf8)
}

function utf8(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text, 'utf8'))
}
