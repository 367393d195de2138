import { sessionScheme } from './session.ts'

/** What a request inside a session is read with: altered on the way, it opens no more. */
export function boundToRequest(request: {
  readonly method: string
  readonly path: string
  readonly sessionId: string
  readonly counter: number
  readonly timeMs: number
}): string {
  const { method, path, sessionId, counter, timeMs } = request
  return `${sessionScheme}\n${method}\n${path}\n${sessionId}\n${counter}\n${timeMs}`
}

/** What an answer inside a session is read with; the request that it answers is in its nonce. */
export function boundToReply(kind: 'whole' | 'stream', sessionId: string): string {
  return `${sessionScheme}\nreply\n${kind}\n${sessionId}`
}
