import { AssayError } from '../../errors/assay-error.ts'

/** Where llama.cpp can run a model; the package brings the binaries of all for Linux, macOS and Windows. */
export const llamaProviders = {
  cpu: { about: 'any processor' },
  cuda: { about: 'NVIDIA GPUs; needs the driver and the CUDA 12 or 13 runtime' },
  vulkan: { about: 'any GPU with a Vulkan driver; needs libvulkan.so.1 on Linux' },
  metal: { about: 'GPUs of Apple' },
} as const satisfies Readonly<Record<string, { readonly about: string }>>

export type LlamaProvider = keyof typeof llamaProviders

/** The provider of this name; throws ENGINE_PROVIDER. */
export function parseLlamaProvider(name: string): LlamaProvider {
  if (isProvider(name)) return name
  throw new AssayError('ENGINE_PROVIDER', { name, known: Object.keys(llamaProviders).join(', ') })
}

function isProvider(name: string): name is LlamaProvider {
  return Object.hasOwn(llamaProviders, name)
}
