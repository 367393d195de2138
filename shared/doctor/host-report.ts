/** What a host has; null where it cannot be told. */
export interface HostReport {
  readonly cores: number
  readonly speedGhz: number | null
  readonly architecture: string
  readonly memoryBytes: number
  readonly swapBytes: number | null
  /** Free on the disk of the folder that was asked about. */
  readonly diskFreeBytes: number | null
  readonly gpus: readonly Gpu[]
}

/** A GPU as nvidia-smi tells it. */
export interface Gpu {
  readonly name: string
  readonly memoryBytes: number
  readonly computeCapability: number | null
}
