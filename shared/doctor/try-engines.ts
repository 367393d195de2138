import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Engine } from '../engine/engine-port.ts'
import { createLlamaEngine } from '../engine/llama-cpp/create-llama-engine.ts'
import { importLlamaPackage, llamaInstall } from '../engine/llama-cpp/llama-package.ts'
import { llamaProviders } from '../engine/llama-cpp/llama-providers.ts'
import { createOnnxEngine } from '../engine/onnx/create-onnx-engine.ts'
import { parseProvider, providers } from '../engine/onnx/providers.ts'
import { addGguf } from '../models/gguf/add-gguf.ts'
import { loadModel } from '../models/load-model.ts'

/** An engine on a provider, and whether it really answers there. */
export interface EngineFinding {
  readonly engine: string
  readonly provider: string
  readonly works: boolean
  /** Why not, for people. */
  readonly problem?: string
  /** The one command that installs what is missing. */
  readonly install?: string
}

const signalMs = 60_000

/** Answers a prompt with the model of a folder on every provider of both engines, each in a process of its own, so that a broken driver ends nothing here. */
export async function tryEngines(modelFolder: string): Promise<EngineFinding[]> {
  const model = await loadModel(modelFolder)
  const findings: EngineFinding[] = []
  for (const [name, { install }] of Object.entries(providers)) {
    const provider = parseProvider(name)
    findings.push(await tryEngine('onnx', name, install, log => createOnnxEngine({ model, provider, batch: 1, log })))
  }
  return [...findings, ...(await tryLlama(modelFolder))]
}

async function tryLlama(modelFolder: string): Promise<EngineFinding[]> {
  const missing = await importLlamaPackage(process.env.ASSAY_LLAMA_CPP).then(
    () => undefined,
    error => (error instanceof Error ? error.message : String(error)),
  )
  if (missing !== undefined) return [{ engine: 'llama-cpp', provider: 'all', works: false, problem: missing, install: llamaInstall }]
  const store = await mkdtemp(join(tmpdir(), 'assay-doctor-'))
  try {
    const model = await loadModel((await addGguf(modelFolder, store)).folder)
    const findings: EngineFinding[] = []
    for (const provider of Object.keys(llamaProviders)) {
      if (provider === 'metal' && process.platform !== 'darwin') continue
      const needs = provider === 'vulkan' ? providers.webgpu.install : null
      findings.push(await tryEngine('llama-cpp', provider, needs, log => createLlamaEngine({ model, provider, batch: 1, log })))
    }
    return findings
  } finally {
    await rm(store, { recursive: true, force: true })
  }
}

async function tryEngine(
  name: string,
  provider: string,
  install: string | null,
  open: (log: (warning: string) => void) => Promise<Engine>,
): Promise<EngineFinding> {
  const problems: string[] = []
  try {
    const engine = await open(warning => problems.push(warning))
    try {
      if (engine.provider === provider) await answerOnce(engine)
      else problems.push(`it runs on ${engine.provider}`)
      if (engine.provider === provider) return { engine: name, provider, works: true }
    } finally {
      await engine.close()
    }
  } catch (error) {
    problems.push(error instanceof Error ? error.message : String(error))
  }
  return { engine: name, provider, works: false, problem: problems[0] ?? 'it does not say why', ...(install !== null && { install }) }
}

async function answerOnce(engine: Engine): Promise<void> {
  const sampling = { temperature: 0, topK: 0, maxTokens: 4 }
  await engine.generate({ promptIds: [5, 6, 7], sampling, noiseKey: new Uint8Array(32) }, AbortSignal.timeout(signalMs))
}
