import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { writeGguf } from '../../../shared/models/gguf/write-gguf.ts'
import { configOf, type DecoderShape, writeRandomDecoder } from '../../support/random-decoder.ts'
import { tinyModelFolder } from '../../support/test-miner.ts'
import { type DoorCaller, openDoorCaller } from './door-caller.ts'
import { findPeer } from './find-peers.ts'
import type { MinerAddress, SideSetup } from './side-messages.ts'
import { type SideProcess, startSide } from './side-process.ts'

/** Everything that is compared on one model, each in a process of its own; a peer that is not installed is left out. */
export interface ServingBench {
  readonly assay: SideProcess<MinerAddress>
  readonly caller: DoorCaller
  readonly transformers: SideProcess<object> | undefined
  readonly llama: SideProcess<object> | undefined
  close(): Promise<void>
}

/** Opens the sides over assay-tiny, or over a random decoder of the shape. */
export async function openServingBench(shape?: DecoderShape): Promise<ServingBench> {
  const folder = await mkdtemp(join(tmpdir(), 'assay-serving-'))
  if (shape === undefined) await cp(tinyModelFolder, folder, { recursive: true })
  else {
    const random = await writeRandomDecoder(shape)
    await cp(random.folder, folder, { recursive: true })
    await random.remove()
    await writeFile(join(folder, 'config.json'), JSON.stringify(configOf(shape)))
  }
  const setup: SideSetup = { folder, threads: 1, context: shape?.context ?? 512 }
  const opened: Array<() => Promise<void>> = [() => rm(folder, { recursive: true, force: true })]
  const close = async () => {
    for (let end = opened.pop(); end !== undefined; end = opened.pop()) await end()
  }
  const start = async <Ready>(file: string, peers?: string) => {
    const side = await startSide<Ready>(file, { ...setup, ...(peers && { peers }) })
    opened.push(side.stop)
    return side
  }
  try {
    const assay = await start<MinerAddress>('./assay-side.ts')
    const caller = await openDoorCaller(assay.ready)
    opened.push(caller.close)
    const transformersAt = findPeer('transformers')
    const llamaAt = findPeer('llama')
    if (llamaAt !== undefined) await writeGguf(folder, join(folder, 'model.gguf'))
    const transformers = transformersAt === undefined ? undefined : await start<object>('./transformers-side.ts', transformersAt)
    const llama = llamaAt === undefined ? undefined : await start<object>('./llama-side.ts', llamaAt)
    return { assay, caller, transformers, llama, close }
  } catch (error) {
    await close()
    throw error
  }
}
