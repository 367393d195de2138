import { defineOptions } from '../settings/option.ts'

/** The settings that name a wallet, as the field's tools call them. */
export const walletOptions = defineOptions({
  walletPath: {
    type: 'string',
    unit: 'folder',
    default: '~/.bittensor/wallets',
    aliases: ['wallet.path'],
    envAliases: ['BT_WALLET_PATH'],
    description: 'root of all wallets',
  },
  walletName: {
    type: 'string',
    unit: 'name',
    default: 'default',
    aliases: ['wallet.name'],
    envAliases: ['BT_WALLET_NAME'],
    description: 'wallet',
  },
  walletHotkey: {
    type: 'string',
    unit: 'name',
    default: 'default',
    aliases: ['wallet.hotkey'],
    envAliases: ['BT_WALLET_HOTKEY'],
    description: 'hotkey of the wallet',
  },
})
