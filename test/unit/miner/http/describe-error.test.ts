import { describe, expect, it } from 'vitest'
import { describeError } from '../../../../miner/http/describe-error.ts'
import { AssayError } from '../../../../shared/errors/assay-error.ts'

const failure = (code: string) => ({ message: 'The miner could not answer.', type: 'server_error', param: null, code })

describe('what a caller is told of an error', () => {
  it('shows nothing of a failure of ours but its code', () => {
    const reply = describeError(new AssayError('ENGINE_RUN', { model: 'm', problem: 'cannot map /home/me/model.onnx' }), 0)
    expect(reply).toEqual({ status: 500, body: { error: failure('ENGINE_RUN') } })
  })

  it('turns what it does not know into a fixed 500', () => {
    expect(describeError(new TypeError('secret'), 0)).toEqual({
      status: 500,
      body: { error: failure('MINER_INTERNAL') },
    })
  })

  it("lays a connection that was cut in the middle of a body at the caller's door: a stranger must not fill our log with errors", () => {
    const cut = Object.assign(new Error('aborted'), { code: 'ECONNRESET', statusCode: 400 })
    expect(describeError(cut, 0)).toMatchObject({ status: 499, body: { error: { code: 'MINER_CALLER_GONE' } } })
    const engine = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' })
    expect(describeError(engine, 0).status).toBe(500)
  })

  it('says when trying again may help', () => {
    expect(describeError(new AssayError('MINER_OVER_SHARE', { retryAfterMs: 1_200 }), 0).retryAfterSeconds).toBe(2)
    expect(describeError(new AssayError('ENGINE_CRASHED', { model: 'm', problem: 'x' }), 0)).toMatchObject({
      status: 503,
      retryAfterSeconds: 1,
    })
    expect(describeError(new AssayError('MINER_SIGNATURE'), 0)).not.toHaveProperty('retryAfterSeconds')
  })

  it('keeps a message short, whatever a caller put into it', () => {
    const long = new AssayError('PROTO_SHAPE', { what: 'x', path: 'y'.repeat(100_000), problem: 'z' })
    expect(describeError(long, 0).body.error.message.length).toBeLessThan(400)
  })
})
