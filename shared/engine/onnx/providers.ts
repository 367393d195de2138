import { AssayError } from '../../errors/assay-error.ts'

/** Where ONNX Runtime can run a graph. */
export interface Provider {
  readonly about: string
  /** What this machine must have for it; nothing for one that comes with the package. */
  readonly needs: readonly string[]
  /** The one command that installs what is missing; null where nothing can be missing. */
  readonly install: string | null
}

/** The execution providers that an operator may name. */
export const providers = {
  cpu: { about: 'any processor; comes with the package', needs: [], install: null },
  cuda: {
    about: 'NVIDIA GPUs; keys and values pass through host memory at every step',
    needs: ['the CUDA 12 runtime and cuDNN 9 on the loader path', "ONNX Runtime's CUDA libraries beside its binding"],
    install: 'npm rebuild onnxruntime-node --onnxruntime-node-install=cuda12',
  },
  webgpu: {
    about: 'any GPU with a Vulkan, Metal or Direct3D 12 driver; comes with the package',
    needs: ['libvulkan.so.1 and the driver of the GPU (on Linux)'],
    install: 'apt-get install -y libvulkan1',
  },
} as const satisfies Readonly<Record<string, Provider>>

export type OnnxProvider = keyof typeof providers

/** The provider of this name; throws ENGINE_PROVIDER. */
export function parseProvider(name: string): OnnxProvider {
  if (isProvider(name)) return name
  throw new AssayError('ENGINE_PROVIDER', { name, known: Object.keys(providers).join(', ') })
}

function isProvider(name: string): name is OnnxProvider {
  return Object.hasOwn(providers, name)
}
