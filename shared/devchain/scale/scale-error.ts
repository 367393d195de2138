/** Thrown where bytes or values do not fit their codec; whoever decodes what others sent turns it into a refusal. */
export class ScaleError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'ScaleError'
  }
}
