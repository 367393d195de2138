import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

export const peerPackages = { transformers: '@huggingface/transformers', llama: 'node-llama-cpp' } as const

/** The node_modules folder that holds a peer: the one that ASSAY_PEERS names, else that of test/peers; undefined, with a sentence for people, where it is not there. */
export function findPeer(name: keyof typeof peerPackages): string | undefined {
  const folder = resolve(process.env.ASSAY_PEERS ?? fileURLToPath(new URL('../../peers/node_modules', import.meta.url)))
  if (existsSync(join(folder, peerPackages[name], 'package.json'))) return folder
  process.stderr.write(
    `${peerPackages[name]} is not in ${folder}, so what is measured against it is left out; \`npm ci --prefix test/peers\` installs it.\n`,
  )
  return undefined
}
