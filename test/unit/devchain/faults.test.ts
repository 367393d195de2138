import { expect, it } from 'vitest'
import { devKey, openApi, startTestChain } from './chain-harness.ts'
import { rpc } from './rpc-client.ts'

it('a transaction whose execution breaks is dropped, the block is made without it, and the fault is reported', async () => {
  const faults: unknown[] = []
  const running = await startTestChain({ onFault: error => faults.push(error) })
  const api = await openApi(running)
  const statuses: string[] = []
  await api.tx.sudo!.setKey!(devKey('Bob').address).signAndSend(devKey('Alice'), ({ status }) => {
    statuses.push(status.type)
  })
  await api.tx.system!.remark!('0x00').signAndSend(devKey('Bob'))
  // A sudo key of one byte: nothing that a pallet can read.
  await rpc(running, 'dev_setStorage', [[api.query.sudo!.key!.key(), '0x01']])
  const block = running.newBlock()
  expect(faults).toHaveLength(1)
  expect((await api.rpc.chain.getBlock(block.hash)).block.extrinsics).toHaveLength(2)
  expect(statuses).toEqual(['Ready', 'Invalid'])
  await api.disconnect()
  await running.stop()
})
