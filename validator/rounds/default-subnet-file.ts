import { fileURLToPath } from 'node:url'

/** The subnet file that comes with Assay. */
export function defaultSubnetFile(): string {
  const here = import.meta.url
  return fileURLToPath(new URL(here.endsWith('.ts') ? '../../config/subnet.json' : '../../../config/subnet.json', here))
}
