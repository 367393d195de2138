import type { Engine } from '../../../shared/engine/engine-port.ts'

/** Somebody whose answers are measured. */
export interface Source {
  readonly name: string
  /** Requests that it is given at once. */
  readonly batch: number
  open(): Promise<Engine>
}
