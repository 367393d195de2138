import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { loadSubnet } from '../../../shared/subnet/subnet-file.ts'
import { largeShape, writeRandomDecoder } from '../../support/random-decoder.ts'
import { type Costs, measureCosts } from './measure-costs.ts'
import { measureVerification } from './measure-verification.ts'
import { readReport } from './read-report.ts'
import { renderMarkdown } from './render-markdown.ts'
import { renderSvg } from './render-svg.ts'
import { fullAmounts, quickAmounts } from './settings.ts'

// What verification detects, for docs/verification.md:
// npm run bench:verification -- [--quick] [--json FILE] [--cache FOLDER] [--out FOLDER] [--only MEMBER,...] [--no-costs]
// or, from a report that --json wrote, with nothing measured anew: npm run bench:verification -- --from FILE
const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    json: { type: 'string' },
    cache: { type: 'string' },
    out: { type: 'string' },
    from: { type: 'string' },
    only: { type: 'string' },
    'no-costs': { type: 'boolean', default: false },
  },
})
const root = fileURLToPath(new URL('../../..', import.meta.url))
const out = values.out ?? join(root, 'docs')
const modelFolder = join(root, 'config/models/assay-tiny')
const log = (line: string) => process.stderr.write(`${line}\n`)

async function costs(): Promise<Costs[]> {
  const random = await writeRandomDecoder(largeShape)
  try {
    return [await measureCosts(random.folder, 'a random decoder of 49 MB', 256, 3), await measureCosts(modelFolder, 'assay-tiny', 256, 10)]
  } finally {
    await random.remove()
  }
}

const measure = async () =>
  measureVerification({
    quick: values.quick,
    amounts: values.quick ? quickAmounts : fullAmounts,
    modelFolder,
    subnet: (await loadSubnet(join(root, 'config/subnet.json'))).file,
    ...(values.cache !== undefined && { cacheFolder: values.cache }),
    ...(values.only !== undefined && { only: values.only.split(',') }),
    ...(!values['no-costs'] && { costs }),
    log,
  })

const report = values.from === undefined ? await measure() : await readReport(values.from)

const page = renderMarkdown(report, `npm run bench:verification${report.quick ? ' -- --quick' : ''}`)
await mkdir(join(out, 'verification'), { recursive: true })
await writeFile(join(out, 'verification.md'), page)
for (const { name, curves } of report.members) await writeFile(join(out, 'verification', `${name}.svg`), renderSvg(name, curves))
if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify(report, null, 1)}\n`)
process.stdout.write(page)
process.exit(0)
