import { Type } from 'typebox'
import { Compile } from 'typebox/compile'
import type { SubstrateChain } from '../../shared/chain/connect-substrate-chain.ts'
import { JsonInteger, toBigInt } from '../../shared/chain/json-integer.ts'
import { activityCutoffOf } from '../../shared/consensus/activity-cutoff.ts'
import { runEpoch } from '../../shared/consensus/run-epoch.ts'
import { isAssayError } from '../../shared/errors/assay-error.ts'
import { readRows, type StoredEpoch, storedPart } from './stored-epoch.ts'

const integer = Compile(JsonInteger)
const flag = Compile(Type.Boolean())
const pair = Compile(Type.Tuple([Type.Integer(), Type.Integer()]))
/** The first runtime that gives the owner a permit by force. */
const firstForcedSpec = 402

/**
 * Computes what the epoch of a block must store, from nothing but the state of the block before it, which any client can read. For
 * subnets without commit-reveal; what is paid out is left aside.
 */
export async function predictEpoch(chain: SubstrateChain, netuid: number, block: number): Promise<StoredEpoch> {
  const at = (await chain.readBlockHash(block - 1)) ?? ''
  const item = (name: string, args: readonly unknown[] = [netuid]) => chain.readStorage('subtensorModule', name, args, at)
  const amount = async (name: string, args?: readonly unknown[]) => toBigInt(integer.Parse(await item(name, args)))
  const number = async (name: string) => Number(await amount(name))
  const { neurons, ownerHotkey } = await chain.readMetagraph(netuid, at)
  const tempo = await number('tempo')
  const [alphaLow, alphaHigh] = pair.Parse(await item('alphaValues'))
  const owner = neurons.find(({ hotkey }) => hotkey === ownerHotkey)
  return storedPart(
    runEpoch({
      ...{ block, tempo, alphaLow, alphaHigh },
      lastStep: await number('lastMechansimStepBlock'),
      kappa: await number('kappa'),
      bondsMovingAverage: await number('bondsMovingAverage'),
      bondsPenalty: await number('bondsPenalty'),
      yuma3: flag.Parse(await item('yuma3On')),
      liquidAlpha: flag.Parse(await item('liquidAlphaOn')),
      sigmoidSteepness: await number('alphaSigmoidSteepness'),
      activityCutoff: await readActivityCutoff(number, tempo),
      maxValidators: await number('maxAllowedValidators'),
      stakeThreshold: await amount('stakeThreshold', []),
      commitBlocks: null,
      ownerUid: owner?.uid ?? null,
      ownerForced: chain.specVersion >= firstForcedSpec,
      stakeWeights: neurons.map(({ totalStakeRao }) => totalStakeRao),
      lastUpdate: neurons.map(({ lastUpdateBlock }) => lastUpdateBlock),
      blockAtRegistration: neurons.map(({ registeredAtBlock }) => registeredAtBlock),
      validatorPermits: neurons.map(({ validatorPermit }) => validatorPermit),
      weights: await readRows(chain, 'weights', netuid, neurons.length, at),
      bonds: await readRows(chain, 'bonds', netuid, neurons.length, at),
      raoEmission: 0n,
    }),
  )
}

/** A factor of the tempo; a number of blocks in older runtimes. */
async function readActivityCutoff(number: (name: string) => Promise<number>, tempo: number): Promise<number> {
  try {
    return activityCutoffOf(await number('activityCutoffFactorMilli'), tempo)
  } catch (error) {
    if (!isAssayError(error, 'CHAIN_UNSUPPORTED')) throw error
    return number('activityCutoff')
  }
}
