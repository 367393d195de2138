import { beforeEach, describe, expect, it } from 'vitest'
import { storage } from '../../../../shared/devchain/pallets/subtensor-module/storage.ts'
import type { PalletLab } from '../../../support/pallet-lab.ts'
import { createSubnetLab, netuid, owner, strong, validator } from '../../../support/subnet-lab.ts'

describe('a subnet’s identity', () => {
  let lab: PalletLab
  const texts = (name: string, other = '') => [name, other, other, other, '', other, other, other]
  const set = (who: string, ...identity: string[]) => lab.run(who, 'subtensorModule', 'setSubnetIdentity', netuid, ...identity)
  const text = (length: number) => 'x'.repeat(length)

  beforeEach(() => {
    lab = createSubnetLab()
  })

  it('is set by its owner, within its lengths', () => {
    expect(set(strong, ...texts('assay'))).toBe('NotSubnetOwner')
    expect(set(owner, ...texts(text(257)))).toBe('InvalidIdentity')
    expect(set(owner, ...texts('assay', text(1_025)))).toBe('InvalidIdentity')
    expect(set(owner, 'assay', '', '', '', text(257), '', '', '')).toBe('InvalidIdentity')
    expect(set(owner, ...texts(text(256), text(1_024)))).toBe(null)
    expect(lab.events().at(-1)).toEqual({ name: 'subtensorModule.SubnetIdentitySet', data: [netuid] })
    expect(set(owner, ...texts('assay'))).toBe(null)
    expect(lab.api('SubnetInfoRuntimeApi', 'get_dynamic_info', Buffer.from([netuid, 0])).toJSON()).toMatchObject({
      subnetName: [...Buffer.from('assay')],
    })
  })

  it('may come with the subnet', () => {
    const identity = {
      subnet_name: 'second',
      github_repo: '',
      subnet_contact: '',
      subnet_url: '',
      discord: '',
      description: '',
      logo_url: '',
      additional: '',
    }
    const open = (given: object | null) => lab.run(validator, 'subtensorModule', 'registerNetworkWithIdentity', validator, given)
    expect(open({ ...identity, subnet_name: text(257) })).toBe('InvalidIdentity')
    expect(open(identity)).toBe(null)
    expect(Buffer.from(lab.ctx.get(storage.SubnetIdentitiesV3, netuid + 1)?.subnet_name ?? []).toString()).toBe('second')
    expect(open(null)).toBe(null)
    expect(lab.ctx.has(storage.SubnetIdentitiesV3, netuid + 2)).toBe(false)
  })
})
