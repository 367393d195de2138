import { devAccounts } from './genesis/dev-accounts.ts'

/** Authors every block and earns the fees. */
export const blockAuthor = devAccounts.One
