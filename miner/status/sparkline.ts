const bars = '▁▂▃▄▅▆▇█'

/** Values as a line of bars from zero to the highest of them: nothing at all is a space, a little is the lowest bar. */
export function sparkline(values: readonly number[]): string {
  const most = Math.max(...values, 0)
  return values
    .map(value => (value <= 0 ? ' ' : (bars[Math.min(bars.length - 1, Math.floor((value / most) * bars.length))] ?? ' ')))
    .join('')
}
