import { expect, it } from 'vitest'
import { renderSvg } from '../../../bench/verification/render-svg.ts'

const curves = [
  { check: 'margin', label: 'seeded margin', tokens: 30, points: [[0, 0.5] as const, [0.01, 0.75] as const, [1, 1] as const] },
]

it('draws the same bytes for the same curves, as text that needs no escaping', () => {
  const drawn = renderSvg('half <layers>', curves)
  expect(renderSvg('half <layers>', curves)).toBe(drawn)
  expect(drawn).toContain('half &lt;layers>')
  expect(drawn.match(/stroke-width="1.5"/g)).toHaveLength(1)
})

it('puts a rate of one hundredth half-way along its logarithmic axis', () => {
  // The second panel begins at 326 and is 250 wide; 1e-2 lies between 1e-4 and 1.
  expect(renderSvg('x', curves)).toContain('L451 102.5')
})
