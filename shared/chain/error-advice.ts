/** What a program does about an error of the chain: wait and try again, stop for good, or ask the operator to mend something first. */
export type ChainErrorAct = 'wait' | 'stop' | 'fix'

export interface ChainErrorAdvice {
  readonly act: ChainErrorAct
  /** What the operator is told to do, as whole sentences. */
  readonly advice: string
}

const wait = (advice: string): ChainErrorAdvice => ({ act: 'wait', advice })
const stop = (advice: string): ChainErrorAdvice => ({ act: 'stop', advice })
const fix = (advice: string): ChainErrorAdvice => ({ act: 'fix', advice })

const weights = {
  CanNotSetRootNetworkWeights: fix('Netuid 0 takes no weights: name your subnet with --netuid.'),
  WeightVecNotEqualSize: stop('The lists of uids and weights differ in length: report this as a fault of the program that made them.'),
  InputLengthsUnequal: stop('The lists of the call differ in length: report this as a fault of the program that made them.'),
  MechanismDoesNotExist: fix('The subnet has fewer mechanisms, or does not exist: check --netuid and the mechanism.'),
  SubnetNotExists: fix('There is no such subnet on this chain: check --netuid and --subtensor.network.'),
  UidsLengthExceedUidsInSubNet: wait('More uids were named than the subnet has: read the metagraph again and send weights for it.'),
  HotKeyNotRegisteredInSubNet: fix(
    'The hotkey has no uid here; it was never registered or was pruned: register it (assay subnet register) or name the right one.',
  ),
  NotEnoughStakeToSetWeights: fix('The hotkey has less stake weight than the chain asks for: add stake to it (assay wallet stake).'),
  IncorrectWeightVersionKey: fix(
    "The owner asks for a newer version of the validator's code: upgrade it; never claim a version that you do not run.",
  ),
  SettingWeightsTooFast: wait('The rate limit of this subnet is not over: wait for it (weights_rate_limit blocks after the last update).'),
  NeuronNoValidatorPermit: wait(
    'The hotkey has no validator permit: permits go to the highest stakes at every epoch, so add stake or wait for the next one.',
  ),
  DuplicateUids: stop('A uid occurs twice in the weights: report this as a fault of the program that made them.'),
  UidVecContainInvalidOne: wait('A uid does not exist (any more): read the metagraph again and send weights for it.'),
  WeightVecLengthIsLow: fix('The subnet asks for more weights in a vector (min_allowed_weights): give more miners a weight.'),
  MaxWeightExceeded: fix("One weight is above the subnet's limit (max_weights_limit): lower the cap in the subnet file."),
  CommitRevealEnabled: fix('This subnet takes commits only: commit the weights and let them be revealed.'),
  CommitRevealDisabled: fix('This subnet takes plain weights only: set them without a commit.'),
  CommittingWeightsTooFast: wait(
    'The rate limit of this subnet is not over: wait for it (weights_rate_limit blocks after the last update).',
  ),
  TooManyUnrevealedCommits: wait('Ten commits wait already: reveal the due ones, or wait until they expire.'),
  RevealTooEarly: wait('The commit is revealed in a later epoch (commit_reveal_period epochs after its own): wait for it.'),
  ExpiredWeightCommit: stop('The epoch of this reveal is over: the commit is lost; commit the present weights.'),
  InvalidRevealCommitHashNotMatch: stop('No commit has this hash: weights, salt or version differ from what was committed; commit anew.'),
  NoWeightsCommitFound: stop('The chain holds no commit of this hotkey: it was revealed, expired, or never included; commit anew.'),
  IncorrectCommitRevealVersion: fix('The chain wants another version of timelocked commits: upgrade this program.'),
  InvalidRevealRound: wait('The reveal round lies in the past or is not known: read the beacon again and commit for a later round.'),
}

const registration = {
  RegistrationNotPermittedOnRootSubnet: fix('Nobody registers on netuid 0 this way: name your subnet with --netuid.'),
  SubNetRegistrationDisabled: wait('The owner has closed registration: wait, or ask the owner.'),
  HotKeyAlreadyRegisteredInSubNet: stop('The hotkey has a uid here already: nothing is to be done.'),
  TooManyRegistrationsThisBlock: wait('This block took its registrations: try in the next one.'),
  TooManyRegistrationsThisInterval: wait('This interval took its registrations: try in the next one.'),
  RegistrationPriceLimitExceeded: wait('Registering costs more than your limit: wait until the price falls, or raise the limit.'),
  NotEnoughBalanceToStake: fix('The coldkey has too little free TAO for this: transfer some to it (assay wallet balance shows it).'),
  NonAssociatedColdKey: fix('The hotkey belongs to another coldkey: use that wallet, or another hotkey.'),
  NoNeuronIdAvailable: wait('Every uid is taken and none may be pruned now: wait until immunity ends for one.'),
  ServingRateLimitExceeded: wait('The address was served moments ago: wait serving_rate_limit blocks.'),
  StakeTooLowForRoot: fix(
    'Root is full, and the hotkey has no more stake there than the least of its members: stake more to it on netuid 0.',
  ),
  CannotUseSystemAccount: fix('This account belongs to the chain itself: name a hotkey of your own.'),
  HotKeyNotRegisteredInNetwork: fix('The hotkey is registered on no subnet: register it (assay subnet register).'),
  InvalidIpType: fix('Serve an IPv4 or IPv6 address (--axon.external_ip).'),
  InvalidIpAddress: fix('The chain takes no loopback or empty address: give the address that validators can reach (--axon.external_ip).'),
  InvalidPort: fix('Serve a port of 1 to 65535 (--axon.external_port).'),
}

const stake = {
  AmountTooLow: fix('The amount is below the least that the chain takes: stake or unstake more.'),
  InsufficientBalance: fix('The coldkey has too little free TAO for this: transfer some to it.'),
  NotEnoughStake: fix('The hotkey holds less stake than that: ask for less.'),
  NotEnoughStakeToWithdraw: fix('The hotkey holds less stake than that: ask for less (assay wallet balance).'),
  HotKeyAccountNotExists: fix('The chain does not know this hotkey: register it first, or check the name.'),
  InsufficientLiquidity: wait("The subnet's pool is too small for this amount: try a smaller one."),
  SlippageTooHigh: wait('The price would move beyond your limit: stake less at once, or raise the limit.'),
  SubtokenDisabled: wait('The subnet was not started yet: its owner starts it (assay subnet start).'),
  StakingRateLimitExceeded: wait('Stake was moved moments ago: wait for the next blocks.'),
  TransferDisallowed: stop('The owner has switched transfers of stake off on this subnet.'),
  CannotBurnOrRecycleOnRootSubnet: fix('Netuid 0 burns nothing: name your subnet with --netuid.'),
}

/** What the pools of TAO and alpha refuse, and changes of keys and places. */
const market = {
  PriceLimitExceeded: wait('The price is beyond your limit already: wait for a better one, or change the limit.'),
  ReservesTooLow: wait("The subnet's pool is too small, or the amount is: try another amount."),
  SwapInputTooLarge: fix('The order is more than a thousand times what the pool holds: try a smaller one.'),
  HotKeySetTxRateLimitExceeded: wait('A hotkey of this coldkey was swapped less than 1000 blocks ago: wait.'),
  HotKeySwapOnSubnetIntervalNotPassed: wait('A hotkey of this coldkey was swapped on this subnet less than 7200 blocks ago: wait.'),
  NewHotKeyIsSameWithOld: stop('Old and new hotkey are the same: nothing is to be swapped.'),
  NewHotKeyNotCleanForRootSwap: fix('The new hotkey has stake or claims on root of its own: take a fresh one.'),
  NotEnoughBalanceToPaySwapHotKey: fix('Swapping a hotkey costs 0.1 TAO, 0.001 on one subnet: transfer some to the coldkey.'),
  TrimmingWouldExceedMaxImmunePercentage: wait(
    'Too many neurons are immune to make the subnet so small: trim to more, or wait until immunity ends.',
  ),
  InvalidSubnetNumber: fix('Name one to five subnets.'),
  InvalidNumRootClaim: fix('The chain claims for at most 50 coldkeys per block.'),
  InvalidRootClaimThreshold: fix('The threshold may be 0.01 alpha at most.'),
}

const delegation = {
  SameNetuid: stop('Origin and destination are the same: nothing is to be moved.'),
  StakeUnavailable: fix('Part of this stake is locked: ask for less, or unlock it first.'),
  DuplicateChild: fix('A child hotkey occurs twice: name each once.'),
  InvalidChild: fix('A hotkey cannot be its own child: name others.'),
  TooManyChildren: fix('A hotkey may have five children at most: name fewer.'),
  ProportionOverflow: fix('The shares of the children are more than the whole: lower them.'),
  ChildParentInconsistency: fix('One of these hotkeys is a parent of this one: it cannot be its child too.'),
  NotEnoughStakeToSetChildkeys: fix('The hotkey has less stake than it takes to have children: add stake to it (assay wallet stake).'),
  InvalidChildkeyTake: fix('The take is outside of what the chain and the subnet allow (18 % at most).'),
  TxChildkeyTakeRateLimitExceeded: wait(
    'The take was changed less than 216000 blocks ago: wait, or lower it, which is allowed at any time.',
  ),
  DelegateTxRateLimitExceeded: wait('The take was raised less than 216000 blocks ago: wait, or lower it, which is allowed at any time.'),
  SameAutoStakeHotkeyAlreadySet: stop('Rewards are staked to this hotkey already: nothing is to be done.'),
}

const owner = {
  NotSubnetOwner: fix("Only the owner's coldkey may do this: use the wallet that created the subnet."),
  BadOrigin: fix("This key may not do this: use the owner's coldkey, or leave it to the chain's root."),
  RequireSudo: fix("Only the chain's sudo key may do this."),
  CannotAffordLockCost: fix(
    'Creating a subnet costs more than the coldkey has free: assay subnet create shows the cost; it falls with time.',
  ),
  SubnetLimitReached: wait('The chain has no room for another subnet now: wait until one is removed.'),
  AllNetworksInImmunity: wait('Every subnet is too young to be replaced: wait.'),
  NetworkTxRateLimitExceeded: wait('This coldkey created a subnet or changed a key moments ago: wait for the limit to pass.'),
  TxRateLimitExceeded: wait(
    'This was changed less than owner_hyperparam_rate_limit tempos ago: wait for the block that assay subnet hyperparameters set shows.',
  ),
  AdminActionProhibitedDuringWeightsWindow: wait('Settings are frozen shortly before an epoch: try again right after it.'),
  FirstEmissionBlockNumberAlreadySet: stop('The subnet was started already: nothing is to be done.'),
  NeedWaitingMoreBlocksToStarCall: wait('A new subnet may start only some blocks after its creation: wait.'),
  InvalidIdentity: fix('A field of the identity is too long: shorten it.'),
  ActivityCutoffTooLow: fix('The activity cutoff is below the least that the chain allows.'),
  LiquidAlphaDisabled: fix('Switch liquid_alpha_enabled on first.'),
  AlphaHighTooLow: fix('The chain allows no alpha_high below 1638.'),
  AlphaLowOutOfRange: fix('Choose alpha_low from 1638 up to alpha_high.'),
  TempoOutOfBounds: fix('The tempo must be 360 to 50400 blocks.'),
  ActivityCutoffFactorMilliOutOfBounds: fix('The activity cutoff factor must be 1000 to 50000.'),
  EpochTriggerAlreadyPending: wait('An epoch was triggered already: wait for it.'),
  AutoEpochAlreadyImminent: wait('The next epoch comes by itself within the freeze window: wait for it.'),
  DynamicTempoBlockedByCommitReveal: fix('An epoch can be triggered only while commit-reveal is off.'),
  RevealPeriodTooLarge: fix('The reveal period must be 1 to 100 epochs.'),
  RevealPeriodTooSmall: fix('The reveal period must be 1 to 100 epochs.'),
  ValueNotInBounds: fix('The value is outside of what the chain allows: assay subnet hyperparameters get shows the limits.'),
  InvalidValue: fix('The value is outside of what the chain allows: assay subnet hyperparameters get shows the limits.'),
  BondsMovingAverageMaxReached: fix('An owner may set bonds_moving_avg to 975000 at most.'),
  NegativeSigmoidSteepness: fix('An owner may not set a negative steepness.'),
  TooManyUIDsPerMechanism: fix('A subnet may have 256 uids over all of its mechanisms: lower max_allowed_uids first.'),
  MaxValidatorsLargerThanMaxUIds: fix('A subnet cannot have more validators than uids: lower the number.'),
  SymbolDoesNotExist: fix('The chain does not know this symbol: choose one of its own table.'),
  SymbolAlreadyInUse: fix('Another subnet has this symbol: choose a free one.'),
  Deprecated: stop('The chain has retired this call: upgrade this program.'),
  MaxAllowedUIdsLessThanCurrentUIds: fix('The subnet has more neurons than that already.'),
  MaxAllowedUidsLessThanMinAllowedUids: fix('The chain asks for more uids than that in a subnet.'),
  MaxAllowedUidsGreaterThanDefaultMaxAllowedUids: fix('A subnet may have 256 uids at most.'),
  NotPermittedOnRootSubnet: fix('Netuid 0 has no such setting: name your subnet with --netuid.'),
  SubnetDoesNotExist: fix('There is no such subnet on this chain: check --netuid and --subtensor.network.'),
}

/** Reasons of the pool, before any block. */
const pool = {
  StakeAmountTooLow: fix('The hotkey has too little stake for this, or the amount is too low: add stake (assay wallet stake).'),
  BalanceTooLow: fix('The coldkey has too little free TAO for this: transfer some to it.'),
  HotkeyAccountDoesntExist: fix('The chain does not know this hotkey: register it first, or check the name.'),
  RateLimitExceeded: wait('A rate limit of the chain is not over: wait for it (weights_rate_limit, or one per kind of call).'),
  UidNotFound: fix(
    'The hotkey has no uid here; it was never registered or was pruned: register it (assay subnet register) or name the right one.',
  ),
  CommitNotFound: stop('The chain holds no such commit: it was revealed, expired, or never included; commit anew.'),
  CommitBlockNotInRevealRange: wait('The commit is revealed in a later epoch (commit_reveal_period epochs after its own): wait for it.'),
  ZeroMaxAmount: fix('The limit leaves nothing to stake: raise it.'),
  ColdkeyInSwapSchedule: wait('The coldkey is being swapped: wait until the swap is over.'),
  ColdkeySwapDisputed: stop('The swap of this coldkey is disputed: it can do nothing until that is settled.'),
  DelegateTakeTooLow: fix('The take is below the least that the chain allows.'),
  DelegateTakeTooHigh: fix('The take is above the most that the chain allows (18 %).'),
  BadRequest: stop('The chain takes the call for wrong: report this as a fault of the program.'),
  Payment: fix('The key has too little free TAO for the fee: transfer some to it.'),
  Stale: wait('Another call of this key was faster: send it again.'),
  Future: wait('Calls of this key are missing before this one: wait for them, or send it again.'),
  BadProof: fix('The signature does not hold on this chain: the runtime was upgraded meanwhile, or the key is another one; try again.'),
  AncientBirthBlock: wait('The call was signed too long ago: send it again.'),
  ExhaustsResources: wait('The block is full: send it again.'),
  PriorityTooLow: wait('The pool holds another call with the same nonce: wait for the next block.'),
  AlreadyImported: wait('The pool holds this call already: wait for the next block.'),
  TemporarilyBanned: wait('The node refuses this call for a while: wait, or use another endpoint.'),
  ImmediatelyDropped: wait('The pool of the node is full: wait, or use another endpoint.'),
  Dropped: wait('The pool let the call go: send it again.'),
  Invalid: wait('The call became invalid while it waited: read the chain, then send it again.'),
  Usurped: wait('Another call with the same nonce took its place: read the chain, then send it again.'),
  Expired: wait('No block took the call in its time, and none can any more: send it again.'),
  CallFiltered: wait('The chain takes no such call now, as in safe mode, or none inside a batch: wait, or send it by itself.'),
  Call: stop('The chain takes this call from nobody: report this as a fault of the program.'),
  BadSigner: fix("This key may not sign for this: use the chain's sudo key, or leave it to those who have it."),
  FundsUnavailable: fix('The account has too little free TAO for this: transfer some to it.'),
  BelowMinimum: fix('The receiver would have less than the existential deposit: send more.'),
  NotExpendable: fix('The account would be left with less than the existential deposit: leave more in it.'),
}

const commitments = {
  AccountNotAllowedCommit: fix('Only a registered hotkey may commit data: register it (assay subnet register).'),
  SpaceLimitExceeded: wait('The hotkey has used up its bytes of this epoch: wait for the next one.'),
}

/** What to do about an error of the chain, by the chain's own name for it. */
export const errorAdvice: Readonly<Record<string, ChainErrorAdvice>> = {
  ...weights,
  ...registration,
  ...stake,
  ...market,
  ...delegation,
  ...owner,
  ...pool,
  ...commitments,
}

/** The advice for an error of the chain; for one that is not in the table, to stop and read what the chain says. */
export function adviseOn(error: string): ChainErrorAdvice {
  const known = Object.hasOwn(errorAdvice, error) ? errorAdvice[error] : undefined
  return known ?? stop('Read what the chain says about it; trying again without a change will most likely fail again.')
}
