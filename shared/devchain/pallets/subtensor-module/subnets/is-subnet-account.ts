import { subnetAccount } from './subnet-account.ts'

/** Says whether an account is one that the chain itself holds for a subnet. */
export function isSubnetAccount(account: string): boolean {
  const part = Buffer.from(account.slice(26, 30), 'hex')
  return part.length === 2 && subnetAccount(part.readUInt16LE(0)) === account
}
