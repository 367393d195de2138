import { promptSecret } from './prompt-secret.ts'
import type { PasswordSources } from './read-password.ts'

/** Where a running program finds the password of an encrypted key: the named file, the environment, the person at the terminal. */
export function operatorPasswords(passwordFile?: string): PasswordSources {
  return {
    env: process.env,
    ...(passwordFile !== undefined && { passwordFile }),
    ...(process.stdin.isTTY && process.stderr.isTTY && { prompt: promptSecret }),
  }
}
