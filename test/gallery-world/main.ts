// npm run world:gallery -- [--epochs 30] [--block-time 2000] [--members a,b] [--sybils 6] [--turncoat-after 100] [--json FILE] [--keep]:
// everybody in the gallery in one subnet beside honest miners, and what each of them earned.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { members } from '../../owner/gallery/members.ts'
import { formatTable } from '../../shared/util/format-table.ts'
import { stopSignal } from '../../shared/util/stop-signal.ts'
import { galleryRoles, yardstick } from './gallery-roles.ts'
import { runGalleryWorld } from './run-gallery-world.ts'
import { summarizeRun } from './summarize-run.ts'

const { values } = parseArgs({
  options: {
    epochs: { type: 'string', default: '30' },
    'block-time': { type: 'string', default: '2000' },
    members: { type: 'string', default: '' },
    sybils: { type: 'string', default: '6' },
    'turncoat-after': { type: 'string', default: '100' },
    json: { type: 'string' },
    keep: { type: 'boolean', default: false },
  },
})
const names = values.members.split(',').filter(name => name !== '')
const unknown = names.filter(name => !members.some(member => member.name === name))
if (unknown.length > 0) {
  process.stderr.write(`nobody in the gallery is called ${unknown.join(', ')}; there are ${members.map(({ name }) => name).join(', ')}\n`)
  process.exit(2)
}

const folder = mkdtempSync(join(tmpdir(), 'assay-gallery-world-'))
const say = (line: string) => process.stderr.write(`${line}\n`)
const run = await runGalleryWorld(
  {
    ...{ folder, miners: galleryRoles(names, Number(values.sybils)), epochs: Number(values.epochs) },
    ...{ blockTimeMs: Number(values['block-time']), turncoatAfter: Number(values['turncoat-after']) },
  },
  say,
  stopSignal(),
)
if (run === null) process.exit(1)
const rows = await summarizeRun(run, folder)
const percent = (value: number) => (Number.isFinite(value) ? `${(100 * value).toFixed(1)} %` : '-')
const between = ([low, high]: readonly [number, number]) => `${percent(low)} to ${percent(high)}`
const table = rows.map(row => [
  row.name,
  percent(row.emission),
  between(row.interval),
  row.cost.toFixed(2),
  percent(row.withSavings),
  between(row.withSavingsInterval),
  row.convictedIn === null ? '-' : String(row.convictedIn),
  row.requests === null ? '-' : String(row.requests),
  row.tokens === null ? '-' : String(row.tokens),
  String(row.lost),
  row.codes,
  row.problem ?? '',
])
const header = ['miner', 'emission', '95 %', 'cost', 'with savings', '95 %', 'epoch', 'requests', 'tokens', 'lost', 'codes', '']
process.stdout.write(
  `shares of what ${yardstick} earned over ${run.emission.length} epochs; requests and tokens audited until the first conviction\n`,
)
process.stdout.write(`${formatTable(header, table)}\n`)
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify({ epochs: run.emission.length, rows }, null, 2)}\n`)
if (values.keep) say(`kept: ${folder}`)
else rmSync(folder, { recursive: true, force: true })
process.exit(rows.some(({ problem }) => problem !== null) ? 1 : 0)
