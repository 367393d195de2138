import { connectSubstrateChain } from '../../shared/chain/connect-substrate-chain.ts'
import { connectionOf } from '../../shared/chain/connection-options.ts'
import { assertSubnetPaths } from '../../shared/subnet/assert-subnet-paths.ts'
import { loadSubnet, type SubnetFile } from '../../shared/subnet/subnet-file.ts'
import { renderAuditPlan } from '../reports/render-audit-plan.ts'
import { buildAuditPlan, type RegistrationPrice } from '../scoring/conviction/build-audit-plan.ts'
import type { AuditPlanSettings } from './audit-plan-options.ts'
import { defaultSubnetFile } from './default-subnet-file.ts'

const usualBlockSeconds = 12

/** Runs `assay validator audit-plan`: what the audit rates follow from, when frauds are convicted, and what that costs them; asks a chain only where one is named. */
export async function auditPlanCommand(settings: AuditPlanSettings, signal: AbortSignal): Promise<void> {
  const subnet = await loadSubnet(settings.subnetFile ?? defaultSubnetFile())
  const { file } = subnet
  await assertSubnetPaths(subnet)
  const isNamed = settings.chainEndpoint !== undefined || settings.network !== undefined
  const chain = isNamed ? await readChain(settings, signal) : null
  const answers = settings.answers ?? newcomersAnswers(file, chain?.blockSeconds ?? usualBlockSeconds)
  const plan = buildAuditPlan({ subnet: file, answers, price: chain?.price ?? null, seed: new Uint8Array(32) })
  const exact = (_: string, value: unknown) => (typeof value === 'bigint' ? String(value) : value)
  process.stdout.write(settings.json ? `${JSON.stringify(plan, exact, 2)}\n` : `${renderAuditPlan(plan)}\n`)
}

async function readChain(settings: AuditPlanSettings, signal: AbortSignal): Promise<{ price: RegistrationPrice; blockSeconds: number }> {
  const chain = await connectSubstrateChain({ ...connectionOf(settings), signal })
  try {
    const { netuid } = settings
    const { neurons, registrationCostRao, tempo } = await chain.readMetagraph(netuid, undefined, signal)
    const alphaPriceRao = await chain.readAlphaPrice(netuid, undefined, signal)
    const earning = neurons.filter(({ incentive, emissionRao }) => incentive > 0 && emissionRao > 0n)
    const alpha = earning.reduce((sum, { emissionRao }) => sum + Number(emissionRao), 0) / earning.length
    // In TAO: an epoch's emission of one miner, which came in tempo + 1 blocks.
    const perBlock = (alpha * (Number(alphaPriceRao) / 1e9)) / (tempo + 1)
    const blocks = perBlock > 0 ? Number(registrationCostRao) / perBlock : null
    return { price: { costRao: registrationCostRao, blocks }, blockSeconds: chain.blockTimeMs / 1_000 }
  } finally {
    await chain.close()
  }
}

function newcomersAnswers({ round, requests, models, scoring }: SubnetFile, blockSeconds: number): number {
  const tokens = (requests.maxTokens.min + requests.maxTokens.max) / 2
  const work = tokens * Math.max(...models.map(each => each.work.outputToken))
  return Math.max(requests.minPerMiner, Math.round((scoring.coldStartRate * round.blocks * blockSeconds) / Math.max(work, 1)))
}
