import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Command } from 'commander'
import { addOptions, givenFlags } from '../../shared/settings/add-options.ts'
import { loadSettings } from '../../shared/settings/load-settings.ts'
import { stopSignal } from '../../shared/util/stop-signal.ts'
import { writeFileAtomically } from '../../shared/util/write-file-atomically.ts'
import { assertPlaces } from './assert-places.ts'
import { miners } from './cast.ts'
import { worldOptions } from './options.ts'
import { renderTable } from './render-table.ts'
import type { WorldReport } from './report.ts'
import { runWorld } from './run-world.ts'
import { startWorld } from './start-world.ts'

/** Adds `assay up`: a whole subnet on this machine, and its live table. */
export function registerUpCommand(program: Command): void {
  const command = program
    .command('up')
    .description('start a whole subnet on this machine: chain, miners, validators, and a live table of who earns what')
  addOptions(command, worldOptions).action(async () => {
    const settings = loadSettings(worldOptions, {
      flags: givenFlags(command, worldOptions),
      env: process.env,
      file: command.opts<{ config?: string }>().config,
    })
    await assertPlaces(settings.folder, settings.json)
    const signal = AbortSignal.any([stopSignal(), readerGone()])
    const folder = settings.folder ?? (await mkdtemp(join(tmpdir(), 'assay-world-')))
    const say = (line: string) => process.stderr.write(`${line}\n`)
    say(`world folder: ${folder}`)
    try {
      const options = { folder, subnetFile: settings.subnetFile ?? defaultSubnetFile(), blockTimeMs: settings.blockTime, miners }
      const world = await startWorld(options, say, signal)
      try {
        const where = `world folder ${folder}, chain ${world.endpoint}, netuid ${world.netuid}`
        say(`${where}\nrunning; the table starts when the first permits exist. Ctrl-C stops everything.`)
        const onReport = (report: WorldReport, epochEnded: boolean) => showReport(report, epochEnded, where)
        const report = await runWorld(world, { epochs: settings.epochs ?? null, onReport }, signal).catch(error => {
          if (signal.aborted) return null
          throw error
        })
        if (report !== null && settings.json !== undefined) await writeFileAtomically(settings.json, `${JSON.stringify(report, null, 2)}\n`)
      } finally {
        say('stopping')
        await world.stop()
      }
    } catch (error) {
      if (!signal.aborted) throw error
    } finally {
      // A folder that we made up goes with the world; one that was asked for stays.
      if (settings.folder === undefined && !settings.keep) await rm(folder, { recursive: true, force: true })
      else say(`kept: ${folder}`)
    }
  })
}

/** Aborts when whoever reads our output is gone, as in `npm start | head`. */
function readerGone(): AbortSignal {
  const controller = new AbortController()
  process.stdout.on('error', error => controller.abort(error))
  return controller.signal
}

function showReport(report: WorldReport, epochEnded: boolean, where: string): void {
  const text = renderTable(report)
  // The screen is cleared each time, so what a person needs beside the table is written again.
  if (process.stdout.isTTY) process.stdout.write(`\x1b[H\x1b[2J${where}\n${text}\n`)
  else if (epochEnded) process.stdout.write(`${text}\n\n`)
}

function defaultSubnetFile(): string {
  const here = import.meta.url
  return fileURLToPath(new URL(here.endsWith('.ts') ? '../../config/subnet.json' : '../../../config/subnet.json', here))
}
