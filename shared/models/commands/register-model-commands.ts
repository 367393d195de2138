import type { Command } from 'commander'
import { addOptions, givenFlags } from '../../settings/add-options.ts'
import { loadSettings } from '../../settings/load-settings.ts'
import type { OptionTable, SettingsOf } from '../../settings/option.ts'
import { addModelOptions, fetchModelOptions, serveModelOptions, storeOptions } from './options.ts'
import { runAdd, runGguf, runList, runVerify } from './store-commands.ts'
import { runFetch, runServe } from './transfer-commands.ts'

/** Adds the verbs of `assay model`. */
export function registerModelCommands(model: Command): void {
  verb(model, 'add <folder>', 'copy a model into the store and write its manifest', addModelOptions, (settings, [folder = '']) =>
    runAdd(folder, settings),
  )
  verb(model, 'list', 'show the models of the store', storeOptions, settings => runList(settings))
  verb(model, 'verify <model>', 'hash every shard of a model: its digest, its name, or a folder', storeOptions, (settings, [name = '']) =>
    runVerify(name, settings),
  )
  verb(model, 'fetch <digest>', 'fetch a model from any number of untrusted relays', fetchModelOptions, (settings, [digest = '']) =>
    runFetch(digest, settings),
  )
  verb(model, 'serve', 'be a relay: give the models of the store to everyone who asks', serveModelOptions, settings => runServe(settings))
  verb(
    model,
    'gguf <folder> [file]',
    'write a model folder as GGUF for llama.cpp: into a file, or as a model into the store',
    storeOptions,
    (settings, [folder = '', file]) => runGguf(folder, file, settings),
  )
}

function verb<const T extends OptionTable>(
  model: Command,
  usage: string,
  about: string,
  table: T,
  run: (settings: SettingsOf<T>, args: readonly (string | undefined)[]) => Promise<void>,
): void {
  const command = model.command(usage).description(about)
  addOptions(command, table).action(async () => {
    const settings = loadSettings(table, {
      flags: givenFlags(command, table),
      env: process.env,
      file: command.opts<{ config?: string }>().config,
    })
    await run(settings, command.args)
  })
}
