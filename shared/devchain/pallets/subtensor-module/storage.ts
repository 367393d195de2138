import type { Codec } from '../../scale/codec.ts'
import { boundedBytes, bytes, tuple, vec } from '../../scale/collections.ts'
import { accountId, h256, zeroAccount } from '../../scale/hashes.ts'
import { bool, i16, u8, u16, u32, u64, u128 } from '../../scale/primitives.ts'
import { defineStorage, storageMap, storageValue } from '../../storage-entry.ts'
import { maxCommitBytes } from './constants.ts'
import { zeroShare } from './stake/safe-float.ts'
import { subtensorId } from './subtensor-id.ts'
import {
  axonInfo,
  chainIdentity,
  i96f32,
  neuronCertificate,
  prometheusInfo,
  rateLimitKey,
  recycleOrBurn,
  safeFloat,
  sparseRow,
  subnetIdentity,
  u64f64,
  u96f32,
} from './types.ts'

const netuid = ['Identity', u16] as const
const uid = ['Identity', u16] as const
const account = ['Blake2_128Concat', accountId] as const

const perSubnet = <V>(codec: Codec<V>, value: V) => storageMap([netuid], codec, { default: value })
const perNeuron = <V>(codec: Codec<V>) => storageMap([netuid], vec(codec), { default: [] })
const amountPerSubnet = () => perSubnet(u64, 0n)

/** The pallet's storage: names, hashers, value types and defaults are Subtensor's; per-neuron lists are indexed by uid. */
export const storage = defineStorage(subtensorId, {
  // The whole chain.
  TotalIssuance: storageValue(u64, { default: 0n }),
  TotalStake: storageValue(u64, { default: 0n }),
  BlockEmission: storageValue(u64, { default: 1_000_000_000n }),
  TotalNetworks: storageValue(u16, { default: 0 }),
  SubnetLimit: storageValue(u16, { default: 128 }),
  TaoWeight: storageValue(u64, { default: 971_718_665_099_567_868n }),
  StakeThreshold: storageValue(u64, { default: 0n }),
  SubnetOwnerCut: storageValue(u16, { default: 11_796 }),
  MaxEpochsPerBlock: storageValue(u8, { default: 2 }),
  AdminFreezeWindow: storageValue(u16, { default: 10 }),
  OwnerHyperparamRateLimit: storageValue(u16, { default: 2 }),
  WeightsVersionKeyRateLimit: storageValue(u64, { default: 5n }),
  MinActivityCutoff: storageValue(u16, { default: 360 }),
  NetworkRateLimit: storageValue(u64, { default: 7200n }),
  NetworkMinLockCost: storageValue(u64, { default: 1_000_000_000_000n }),
  NetworkLastLockCost: storageValue(u64, { default: 1_000_000_000_000n }),
  NetworkLockReductionInterval: storageValue(u64, { default: 100_800n }),
  NetworkRegistrationStartBlock: storageValue(u64, { default: 0n }),
  StartCallDelay: storageValue(u64, { default: 0n }),
  MinChildkeyTake: storageValue(u16, { default: 0 }),
  MaxChildkeyTake: storageValue(u16, { default: 11_796 }),
  MinDelegateTake: storageValue(u16, { default: 0 }),
  MaxDelegateTake: storageValue(u16, { default: 11_796 }),
  TxDelegateTakeRateLimit: storageValue(u64, { default: 216_000n }),
  TxChildkeyTakeRateLimit: storageValue(u64, { default: 216_000n }),
  PendingChildKeyCooldown: storageValue(u64, { default: 7_200n }),
  MaxMechanismCount: storageValue(u8, { default: 2 }),
  LastRateLimitedBlock: storageMap([['Identity', rateLimitKey]], u64, { default: 0n }),
  TransactionKeyLastBlock: storageMap([account, ['Identity', u16], ['Identity', u16]], u64, { default: 0n }),

  // A subnet, and who owns it.
  NetworksAdded: perSubnet(bool, false),
  NetworkRegisteredAt: amountPerSubnet(),
  RegisteredSubnetCounter: amountPerSubnet(),
  FirstEmissionBlockNumber: storageMap([netuid], u64),
  SubtokenEnabled: perSubnet(bool, false),
  SubnetMechanism: perSubnet(u16, 0),
  SubnetOwner: perSubnet(accountId, zeroAccount),
  SubnetOwnerHotkey: perSubnet(accountId, zeroAccount),
  SubnetLocked: amountPerSubnet(),
  LargestLocked: amountPerSubnet(),
  TokenSymbol: perSubnet(bytes, Uint8Array.from(Buffer.from('𝜏', 'utf8'))),
  SubnetIdentitiesV3: storageMap([['Blake2_128Concat', u16]], subnetIdentity),
  SubnetTAO: amountPerSubnet(),
  SubnetAlphaIn: amountPerSubnet(),
  SubnetAlphaOut: amountPerSubnet(),
  SubnetVolume: perSubnet(u128, 0n),
  SubnetMovingPrice: perSubnet(i96f32, 0n),
  RootProp: perSubnet(u96f32, 0n),
  RAORecycledForRegistration: amountPerSubnet(),

  // Hyperparameters.
  Tempo: perSubnet(u16, 360),
  Rho: perSubnet(u16, 10),
  Kappa: perSubnet(u16, 32_767),
  AlphaSigmoidSteepness: perSubnet(i16, 1000),
  BondsMovingAverage: perSubnet(u64, 900_000n),
  BondsPenalty: perSubnet(u16, 65_535),
  BondsResetOn: perSubnet(bool, false),
  LiquidAlphaOn: storageMap([['Blake2_128Concat', u16]], bool, { default: false }),
  Yuma3On: storageMap([['Blake2_128Concat', u16]], bool, { default: false }),
  AlphaValues: perSubnet(tuple(u16, u16), [45_875, 58_982] as const),
  ActivityCutoff: perSubnet(u16, 5000),
  ActivityCutoffFactorMilli: perSubnet(u32, 13_889),
  ImmunityPeriod: perSubnet(u16, 4096),
  MinAllowedUids: perSubnet(u16, 64),
  MaxAllowedUids: perSubnet(u16, 256),
  MaxAllowedValidators: perSubnet(u16, 128),
  MinNonImmuneUids: perSubnet(u16, 10),
  ImmuneOwnerUidsLimit: perSubnet(u16, 1),
  MinAllowedWeights: perSubnet(u16, 1024),
  MaxWeightsLimit: perSubnet(u16, 65_535),
  WeightsVersionKey: amountPerSubnet(),
  WeightsSetRateLimit: perSubnet(u64, 100n),
  CommitRevealWeightsEnabled: perSubnet(bool, true),
  RevealPeriodEpochs: storageMap([['Twox64Concat', u16]], u64, { default: 1n }),
  CommitRevealWeightsVersion: storageValue(u16, { default: 4 }),
  ServingRateLimit: perSubnet(u64, 50n),
  MinChildkeyTakePerSubnet: perSubnet(u16, 0),
  TransferToggle: perSubnet(bool, true),
  MechanismCountCurrent: storageMap([['Twox64Concat', u16]], u8, { default: 1 }),
  MechanismEmissionSplit: storageMap([['Twox64Concat', u16]], vec(u16)),
  OwnerCutEnabled: perSubnet(bool, true),
  OwnerCutAutoLockEnabled: perSubnet(bool, false),
  SubnetEmissionEnabled: perSubnet(bool, true),
  RecycleOrBurn: perSubnet(recycleOrBurn, 'Burn'),

  // Registration and its price; difficulty and intervals only remain for readers, work is no longer asked for.
  NetworkRegistrationAllowed: perSubnet(bool, true),
  NetworkPowRegistrationAllowed: perSubnet(bool, true),
  Burn: perSubnet(u64, 100_000_000n),
  MinBurn: perSubnet(u64, 500_000n),
  MaxBurn: perSubnet(u64, 100_000_000_000n),
  BurnHalfLife: perSubnet(u16, 360),
  BurnIncreaseMult: perSubnet(u64f64, 23_242_897_532_874_035_200n),
  Difficulty: perSubnet(u64, 10_000_000n),
  MinDifficulty: perSubnet(u64, 10_000_000n),
  MaxDifficulty: perSubnet(u64, 4_611_686_018_427_387_903n),
  AdjustmentAlpha: amountPerSubnet(),
  AdjustmentInterval: perSubnet(u16, 100),
  TargetRegistrationsPerInterval: perSubnet(u16, 2),
  MaxRegistrationsPerBlock: perSubnet(u16, 1),
  RegistrationsThisBlock: perSubnet(u16, 0),
  RegistrationsThisInterval: perSubnet(u16, 0),

  // Neurons.
  SubnetworkN: perSubnet(u16, 0),
  Keys: storageMap([netuid, uid], accountId, { default: zeroAccount }),
  Uids: storageMap([netuid, account], u16),
  IsNetworkMember: storageMap([account, netuid], bool, { default: false }),
  BlockAtRegistration: storageMap([netuid, uid], u64, { default: 0n }),
  Axons: storageMap([netuid, account], axonInfo),
  Prometheus: storageMap([netuid, account], prometheusInfo),
  NeuronCertificates: storageMap([netuid, account], neuronCertificate),
  IdentitiesV2: storageMap([account], chainIdentity),
  Active: perNeuron(bool),
  Consensus: perNeuron(u16),
  Incentive: perNeuron(u16),
  Dividends: perNeuron(u16),
  Emission: perNeuron(u64),
  LastUpdate: perNeuron(u64),
  ValidatorTrust: perNeuron(u16),
  ValidatorPermit: perNeuron(bool),
  StakeWeight: perNeuron(u16),
  Weights: storageMap([netuid, uid], sparseRow, { default: [] }),
  Bonds: storageMap([netuid, uid], sparseRow, { default: [] }),

  // Commits of weights, by 4096 x mechanism + netuid: hashes per hotkey (hash, epoch, block, unused), timelocked ones per epoch.
  WeightCommits: storageMap(
    [
      ['Twox64Concat', u16],
      ['Twox64Concat', accountId],
    ],
    vec(tuple(h256, u64, u64, u64)),
  ),
  TimelockedWeightCommits: storageMap(
    [
      ['Twox64Concat', u16],
      ['Twox64Concat', u64],
    ],
    vec(tuple(accountId, u64, boundedBytes(maxCommitBytes), u64)),
    { default: [] },
  ),

  // Keys and stake.
  Owner: storageMap([account], accountId, { default: zeroAccount }),
  OwnedHotkeys: storageMap([account], vec(accountId), { default: [] }),
  StakingHotkeys: storageMap([account], vec(accountId), { default: [] }),
  Delegates: storageMap([account], u16, { default: 11_796 }),
  ChildkeyTake: storageMap([account, netuid], u16, { default: 0 }),
  ChildKeys: storageMap([account, netuid], vec(tuple(u64, accountId)), { default: [] }),
  ParentKeys: storageMap([account, netuid], vec(tuple(u64, accountId)), { default: [] }),
  PendingChildKeys: storageMap([netuid, account], tuple(vec(tuple(u64, accountId)), u64), { default: [[], 0n] as const }),
  AutoStakeDestination: storageMap([account, netuid], accountId),
  TotalHotkeyAlpha: storageMap([account, netuid], u64, { default: 0n }),
  TotalHotkeyAlphaLastEpoch: storageMap([account, netuid], u64, { default: 0n }),
  TotalHotkeySharesV2: storageMap([account, netuid], safeFloat, { default: zeroShare }),
  AlphaV2: storageMap([account, account, netuid], safeFloat, { default: zeroShare }),
  LastColdkeyHotkeyStakeBlock: storageMap(
    [
      ['Twox64Concat', accountId],
      ['Twox64Concat', accountId],
    ],
    u64,
  ),

  // The schedule of epochs and what they pay.
  LastEpochBlock: amountPerSubnet(),
  PendingEpochAt: amountPerSubnet(),
  SubnetEpochIndex: amountPerSubnet(),
  BlocksSinceLastStep: amountPerSubnet(),
  LastMechansimStepBlock: amountPerSubnet(),
  PendingServerEmission: amountPerSubnet(),
  PendingValidatorEmission: amountPerSubnet(),
  PendingRootAlphaDivs: amountPerSubnet(),
  PendingOwnerCut: amountPerSubnet(),
  SubnetAlphaOutEmission: amountPerSubnet(),
  SubnetAlphaInEmission: amountPerSubnet(),
  SubnetTaoInEmission: amountPerSubnet(),
  MinerBurned: perSubnet(u96f32, 0n),
  AlphaDividendsPerSubnet: storageMap([netuid, account], u64, { default: 0n }),
})
