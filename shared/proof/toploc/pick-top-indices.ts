/**
 * The flat indices of the k values largest in magnitude, as bfloat16 patterns compare without their sign; among equals the first.
 * A histogram over the 15 bits: a chunk of 32 x 5,120 values is read twice, never sorted.
 */
export function pickTopIndices(values: Uint16Array, k: number): number[] {
  const counts = new Uint32Array(0x8000)
  for (const value of values) counts[value & 0x7fff] = (counts[value & 0x7fff] ?? 0) + 1
  let least = 0x7fff
  let above = 0
  for (; least > 0 && above + (counts[least] ?? 0) < k; least--) above += counts[least] ?? 0
  let equals = k - above
  const picked: number[] = []
  for (let index = 0; index < values.length && picked.length < k; index++) {
    const magnitude = (values[index] ?? 0) & 0x7fff
    if (magnitude > least) picked.push(index)
    else if (magnitude === least && equals > 0) {
      equals -= 1
      picked.push(index)
    }
  }
  return picked
}
