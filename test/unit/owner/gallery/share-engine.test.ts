import { expect, it } from 'vitest'
import { shareEngine } from '../../../../owner/gallery/parts/share-engine.ts'
import type { Engine, GenerateRequest } from '../../../../shared/engine/engine-port.ts'
import { AssayError } from '../../../../shared/errors/assay-error.ts'

const never = new AbortController().signal
const request: GenerateRequest = { promptIds: [1], sampling: { temperature: 0, topK: 0, maxTokens: 1 }, noiseKey: new Uint8Array(32) }

function engine(fails: () => boolean = () => false): Engine & { closed(): number } {
  let closed = 0
  return {
    ...{ manifestDigest: 'a', provider: 'toy', closed: () => closed },
    async generate() {
      if (fails()) throw new AssayError('ENGINE_CRASHED', { model: 'toy', problem: 'killed' })
      return { tokenIds: [1], logProbs: Float32Array.of(-1), finishReason: 'length' }
    },
    score: () => Promise.reject(new Error('nobody scores here')),
    close: async () => {
      closed += 1
    },
  }
}

it('gives one engine to all users of a key, and closes it with the last of them, once', async () => {
  const own = engine()
  let made = 0
  const create = async () => {
    made += 1
    return own
  }
  const [first, second] = await Promise.all([shareEngine('one', create), shareEngine('one', create)])
  await first.close()
  await first.close()
  expect([made, own.closed()]).toEqual([1, 0])
  await second.close()
  expect(own.closed()).toBe(1)
  await (await shareEngine('one', create)).close()
  expect(made).toBe(2)
})

it('does not give out again what crashed', async () => {
  const broken = engine(() => true)
  const user = await shareEngine('two', async () => broken)
  await expect(user.generate(request, never)).rejects.toMatchObject({ code: 'ENGINE_CRASHED' })
  const fresh = engine()
  const again = await shareEngine('two', async () => fresh)
  expect((await again.generate(request, never)).tokenIds).toEqual([1])
  await Promise.all([user.close(), again.close()])
  expect([broken.closed(), fresh.closed()]).toEqual([1, 1])
})

it('tries again where it could not be opened', async () => {
  await expect(shareEngine('three', () => Promise.reject(new Error('no memory')))).rejects.toThrow('no memory')
  const user = await shareEngine('three', async () => engine())
  await user.close()
})
