import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { AssayError } from '../errors/assay-error.ts'
import type { Subnet } from './subnet-file.ts'

/** The model folders and prompts files that a subnet file names must be there, relative to it; throws SUBNET_FILE with the first that is not. */
export async function assertSubnetPaths({ file, folder }: Pick<Subnet, 'file' | 'folder'>): Promise<void> {
  for (const { name, path, prompts } of file.models) {
    const problem = (await problemOf(resolve(folder, path), 'model folder')) ?? (await problemOf(resolve(folder, prompts), 'prompts file'))
    if (problem !== null) throw new AssayError('SUBNET_FILE', { file: `in ${folder}`, problem: `the model ${name} names the ${problem}` })
  }
}

async function problemOf(path: string, kind: 'model folder' | 'prompts file'): Promise<string | null> {
  const found = await stat(path).catch(() => null)
  if (found === null) return `${kind} ${path}, which does not exist; paths are relative to the subnet file`
  const isRight = kind === 'model folder' ? found.isDirectory() : found.isFile()
  return isRight ? null : `${kind} ${path}, which is no ${kind === 'model folder' ? 'folder' : 'file'}`
}
