import type { Engine, GenerateRequest } from '../../../shared/engine/engine-port.ts'

/** Runs the cheat where `decide` says so, and the honest engine otherwise. */
export function cheatOn(honest: Engine, cheat: Engine, decide: (request: GenerateRequest) => boolean): Engine {
  return {
    ...honest,
    generate: (request, ...rest) => (decide(request) ? cheat : honest).generate(request, ...rest),
    async close() {
      await Promise.all([honest.close(), cheat.close()])
    },
  }
}
