import type { Command } from 'commander'
import { registerEpochCommand } from './epoch/command.ts'
import { registerGalleryCommand } from './gallery/command.ts'

/** Adds the owner's commands to `assay owner`. */
export function registerOwnerCommands(owner: Command): void {
  registerEpochCommand(owner)
  registerGalleryCommand(owner)
}
