// Writes the generated parts of the README: settings tables, and the figures of a bench run (`npm run bench -- --json FILE`, then FILE as argument).
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { minerOptions } from '../../miner/options.ts'
import { worldOptions } from '../../owner/world/options.ts'
import { formatOptions } from '../../shared/settings/format-options.ts'
import { validatorOptions } from '../../validator/options.ts'
import type { Figure } from '../bench/figure.ts'
import { root } from './list-sources.ts'

const file = join(root, 'README.md')
let text = readFileSync(file, 'utf8')
const put = (mark: string, content: string) => {
  text = text.replace(
    new RegExp(`(<!-- ${mark} -->\\n)[\\s\\S]*?(<!-- end -->)`),
    (_, start: string, end: string) => `${start}${content}\n${end}`,
  )
}
put('settings: miner', formatOptions(minerOptions))
put('settings: validator', formatOptions(validatorOptions))
put('settings: up', formatOptions(worldOptions))
const [bench] = process.argv.slice(2)
if (bench !== undefined) {
  const { figures }: { figures: Figure[] } = JSON.parse(readFileSync(bench, 'utf8'))
  const show = (value: number) => (Math.abs(value) >= 100 ? value.toFixed(0) : value.toPrecision(3))
  const rows = figures.map(
    ({ name, value, low, high, unit, note }) => `| ${name} | ${show(value)} | ${show(low)} to ${show(high)} | ${unit} | ${note} |`,
  )
  put('figures', ['| figure | value | interval | unit | note |', '| --- | --- | --- | --- | --- |', ...rows].join('\n'))
}
writeFileSync(file, text)
