import { devAccounts } from '../../shared/devchain/genesis/dev-accounts.ts'
import { presets } from '../../shared/devchain/genesis/presets.ts'
import { createPalletLab, type PalletLab, root } from './pallet-lab.ts'

/** The subnet that a subnet lab opens: the first after the two of the genesis. */
export const netuid = 2
export const owner = devAccounts.Alice
/** Hotkeys of uids 1 to 3; each is its own coldkey. */
export const validator = devAccounts.Bob
export const strong = devAccounts.Charlie
export const weak = devAccounts.Dave
export const tao = 1_000_000_000n

/**
 * A lab on the fast preset with a started subnet: owner (uid 0), a validator with stake and a permit (1), two miners (2, 3). Commit-reveal
 * is off, so that one call sets weights.
 */
export function createSubnetLab(): PalletLab {
  const lab = createPalletLab(presets.fast)
  const steps = [
    lab.run(owner, 'subtensorModule', 'registerNetwork', owner),
    lab.run(owner, 'subtensorModule', 'startCall', netuid),
    lab.run(root, 'adminUtils', 'sudoSetCommitRevealWeightsEnabled', netuid, false),
    ...[validator, strong, weak].map(hotkey => lab.run(hotkey, 'subtensorModule', 'burnedRegister', netuid, hotkey)),
    lab.run(validator, 'subtensorModule', 'addStake', validator, netuid, 100n * tao),
  ]
  if (steps.some(error => error !== null)) throw new Error(`the lab could not be set up: ${steps.join()}`)
  // Two epochs: the first gives the permits.
  lab.nextBlock(20)
  return lab
}
