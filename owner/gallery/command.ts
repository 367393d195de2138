import type { Command } from 'commander'
import { type GalleryMember, members } from './members.ts'

/** Adds `gallery [--json]`: the dishonest miners, what they do and what must become of them. */
export function registerGalleryCommand(owner: Command): void {
  owner
    .command('gallery')
    .description('list the dishonest miners that the checks are measured with; a miner runs one with --engine <path>')
    .option('--json', 'print the table as JSON')
    .action(({ json }: { json?: true }) => {
      process.stdout.write(`${json === true ? JSON.stringify(members, null, 2) : members.map(describe).join('\n')}\n`)
    })
}

function describe({ name, does, cost, caughtBy, gets }: GalleryMember): string {
  return `${name}: ${does}\n  costs ${Math.round(100 * cost)} % of honest work, must get a ${gets}, caught by ${caughtBy.join(', ')}`
}
