/** What a request costs this miner, in output tokens: a prompt token is a tenth of one. */
export function workOf(promptTokens: number, outputTokens: number): number {
  return outputTokens + promptTokens / 10
}
