import { join } from 'node:path'
import { expandHome } from '../shared/identity/wallet-location.ts'
import type { ValidatorSettings } from './validator.ts'

/** Where a validator's database lies: the same from every folder that a command is run in, and another for each hotkey and subnet. */
export function dataFolderOf({
  dataFolder,
  walletName,
  walletHotkey,
  netuid,
}: Pick<ValidatorSettings, 'dataFolder' | 'walletName' | 'walletHotkey' | 'netuid'>): string {
  return expandHome(dataFolder ?? join('~', '.assay', 'validators', walletName, walletHotkey, `netuid${netuid}`))
}
