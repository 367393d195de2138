/** One event of a stream of server-sent events. */
export interface SseEvent {
  /** Its name; `message` where none is given. */
  readonly event: string
  /** Its data lines, joined by line feeds. */
  readonly data: string
}

export interface SseLimits {
  /** Characters of one line, and of one event's data. */
  readonly maxEventChars: number
  /** Bytes of the whole stream. */
  readonly maxBytes: number
}

export interface SseParser {
  /** Takes bytes as they come, cut anywhere, and returns the events that are complete with them. Throws TypeError on bytes that are no UTF-8, RangeError over a limit. */
  push(bytes: Uint8Array): SseEvent[]
  /** Call at the end of the stream: true where it did not end in the middle of an event. */
  end(): boolean
}

/**
 * An incremental reader of text/event-stream from a stranger (WHATWG HTML, section 9.2.6): it holds one unfinished line and one unfinished
 * event and no more. Comments, `id`, `retry` and unknown fields are passed over; an event without data is none.
 */
export function createSseParser({ maxEventChars, maxBytes }: SseLimits): SseParser {
  // `fatal`: what is no UTF-8 must not be replaced by something that nobody sent.
  const decoder = new TextDecoder('utf-8', { fatal: true })
  const pieces: string[] = []
  let lineChars = 0
  let received = 0
  let afterReturn = false
  let name = ''
  let data: string[] = []
  let dataChars = 0

  const takeLine = (line: string): SseEvent | undefined => {
    if (line === '') {
      const event = data.length === 0 ? undefined : { event: name === '' ? 'message' : name, data: data.join('\n') }
      name = ''
      data = []
      dataChars = 0
      return event
    }
    const colon = line.indexOf(':')
    const field = colon < 0 ? line : line.slice(0, colon)
    const rest = colon < 0 ? '' : line.slice(colon + 1)
    const value = rest.startsWith(' ') ? rest.slice(1) : rest
    if (field === 'event') name = value
    if (field !== 'data') return undefined
    dataChars += value.length + 1
    if (dataChars > maxEventChars) throw new RangeError(`an event of more than ${maxEventChars} characters`)
    data.push(value)
    return undefined
  }
  const hold = (piece: string) => {
    if (piece === '') return
    lineChars += piece.length
    if (lineChars > maxEventChars) throw new RangeError(`a line of more than ${maxEventChars} characters`)
    pieces.push(piece)
  }
  const finishLine = () => {
    const line = pieces.join('')
    pieces.length = 0
    lineChars = 0
    return takeLine(line)
  }

  return {
    push(bytes) {
      received += bytes.length
      if (received > maxBytes) throw new RangeError(`a stream of more than ${maxBytes} bytes`)
      const text = decoder.decode(bytes, { stream: true })
      const events: SseEvent[] = []
      let from = 0
      for (let index = 0; index < text.length; index++) {
        const code = text.charCodeAt(index)
        const second = afterReturn && code === lineFeed
        afterReturn = code === carriageReturn
        if (second) from = index + 1
        else if (code === lineFeed || code === carriageReturn) {
          hold(text.slice(from, index))
          from = index + 1
          const event = finishLine()
          if (event !== undefined) events.push(event)
        }
      }
      hold(text.slice(from))
      return events
    },
    end() {
      // What is cut off in the middle of a character ends in the middle of an event too.
      try {
        decoder.decode()
      } catch {
        return false
      }
      return lineChars === 0 && data.length === 0
    },
  }
}

const lineFeed = 10
const carriageReturn = 13
