import { type Curve, curveTokens } from './measure-member.ts'

const panel = { width: 250, height: 250, left: 46, top: 40, gap: 30 }
const legendHeight = 44
const leastRate = 1e-4
const colours: Readonly<Record<string, string>> = {
  margin: '#1b6ca8',
  likelihood: '#8a6d1d',
  end: '#7a7a7a',
  tokens: '#0b3d66',
  fingerprint: '#b3261e',
  toploc: '#6a2ca0',
  'log-probs': '#1e7d3c',
  all: '#000000',
}

/** The ROC curves of one member as an SVG: a panel a length of stream, a line a check, the false-positive rate on a logarithmic axis. The same curves give the same bytes. */
export function renderSvg(title: string, curves: readonly Curve[]): string {
  const width = panel.left + curveTokens.length * (panel.width + panel.gap)
  const height = panel.top + panel.height + 40 + legendHeight
  const names = [...new Map(curves.map(({ check, label }) => [check, label]))]
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="11">`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    text(panel.left, 16, `${title}: true-positive rate against false-positive rate`, 'start', 13),
    ...curveTokens.flatMap((tokens, index) =>
      renderPanel(
        panel.left + index * (panel.width + panel.gap),
        tokens,
        curves.filter(curve => curve.tokens === tokens),
        index === 0,
      ),
    ),
    ...names.map(([check, label], index) => {
      const x = panel.left + (index % 4) * 210
      const y = panel.top + panel.height + 50 + Math.floor(index / 4) * 18
      return `<path d="M${x} ${y - 4}h18" stroke="${colours[check] ?? '#000000'}" stroke-width="2"/>${text(x + 24, y, label, 'start')}`
    }),
    '</svg>',
  ]
  return `${parts.join('\n')}\n`
}

function renderPanel(left: number, tokens: number, curves: readonly Curve[], isFirst: boolean): string[] {
  const x = (rate: number) => left + (1 - Math.log10(Math.max(rate, leastRate)) / Math.log10(leastRate)) * panel.width
  const y = (rate: number) => panel.top + (1 - rate) * panel.height
  const rates = [1e-4, 1e-3, 1e-2, 1e-1, 1]
  const shares = [0, 0.25, 0.5, 0.75, 1]
  return [
    text(left + panel.width / 2, panel.top - 8, `${tokens} tokens`, 'middle'),
    ...rates.map(rate => `<path d="M${place(x(rate))} ${panel.top}v${panel.height}" stroke="#e0e0e0"/>`),
    ...shares.map(share => `<path d="M${left} ${place(y(share))}h${panel.width}" stroke="#e0e0e0"/>`),
    ...rates.map(rate => text(x(rate), panel.top + panel.height + 14, rate === 1 ? '1' : `1e${Math.log10(rate)}`, 'middle', 9)),
    ...(isFirst ? shares.map(share => text(left - 6, y(share) + 4, String(share), 'end', 9)) : []),
    ...curves.map(({ check, points }) => {
      const line = points.map(([fpr, tpr], index) => `${index === 0 ? 'M' : 'L'}${place(x(fpr))} ${place(y(tpr))}`).join('')
      return `<path d="${line}" fill="none" stroke="${colours[check] ?? '#000000'}" stroke-width="1.5"/>`
    }),
  ]
}

function text(x: number, y: number, content: string, anchor: 'start' | 'middle' | 'end', size = 11): string {
  const escaped = content.replace(/&/g, '&amp;').replace(/</g, '&lt;')
  return `<text x="${place(x)}" y="${place(y)}" text-anchor="${anchor}" font-size="${size}">${escaped}</text>`
}

function place(value: number): string {
  return String(Math.round(value * 10) / 10)
}
