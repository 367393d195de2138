/** The stream of evidence that an answer belongs to: origin, model and band of temperature (0, up to 0.7, above). */
export function streamName(origin: 'synthetic' | 'organic', model: string, temperature: number): string {
  const band = temperature === 0 ? '0' : temperature <= 0.7 ? '0.7' : '2'
  return `${origin}/${model}/${band}`
}

/** The model that a stream's name holds. */
export function modelOfStream(stream: string): string {
  return stream.slice(stream.indexOf('/') + 1, stream.lastIndexOf('/'))
}
