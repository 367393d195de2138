import { definePallet } from '../../pallet.ts'
import { addStake, addStakeLimit } from './calls/add-stake.ts'
import { batchCommitWeights } from './calls/batch-commit-weights.ts'
import { batchRevealWeights } from './calls/batch-reveal-weights.ts'
import { batchSetWeights } from './calls/batch-set-weights.ts'
import { addStakeBurn, burnAlpha, recycleAlpha } from './calls/burn-alpha.ts'
import { burnedRegister } from './calls/burned-register.ts'
import { decreaseTake, increaseTake } from './calls/change-take.ts'
import { claimRootCall, setNumRootClaims, setRootClaimThreshold, setRootClaimType } from './calls/claim-root.ts'
import { commitCrv3MechanismWeights, commitTimelockedMechanismWeights, commitTimelockedWeights } from './calls/commit-timelocked-weights.ts'
import { commitMechanismWeights, commitWeights } from './calls/commit-weights.ts'
import { moveStakeCall, swapStake, swapStakeLimit, transferStake } from './calls/move-stake.ts'
import { register } from './calls/register.ts'
import { registerLimit } from './calls/register-limit.ts'
import { registerNetwork, registerNetworkWithIdentity } from './calls/register-network.ts'
import { removeStake, removeStakeFullLimit, removeStakeLimit, unstakeAll, unstakeAllAlpha } from './calls/remove-stake.ts'
import { revealCommittedWeights, revealMechanismWeights } from './calls/reveal-weights.ts'
import { rootRegister } from './calls/root-register.ts'
import { serveAxon } from './calls/serve-axon.ts'
import { serveAxonTls } from './calls/serve-axon-tls.ts'
import { servePrometheus } from './calls/serve-prometheus.ts'
import { setActivityCutoffFactor } from './calls/set-activity-cutoff-factor.ts'
import { setColdkeyAutoStakeHotkey } from './calls/set-auto-stake.ts'
import { setChildkeyTake } from './calls/set-childkey-take.ts'
import { setChildren } from './calls/set-children.ts'
import { setMechanismWeights } from './calls/set-mechanism-weights.ts'
import { setSubnetIdentity } from './calls/set-subnet-identity.ts'
import { setTempo } from './calls/set-tempo.ts'
import { setWeights } from './calls/set-weights.ts'
import { startCall } from './calls/start-call.ts'
import { swapHotkey, swapHotkeyV2 } from './calls/swap-hotkey.ts'
import { triggerEpoch } from './calls/trigger-epoch.ts'
import { tryAssociateHotkey } from './calls/try-associate-hotkey.ts'
import { updateSymbol } from './calls/update-symbol.ts'
import { checkColdkeySwap } from './checks/check-coldkey-swap.ts'
import { runBlock } from './coinbase/run-block.ts'
import { constants } from './constants.ts'
import { errors } from './errors.ts'
import { events } from './events.ts'
import { writeGenesis } from './genesis.ts'
import { storage } from './storage.ts'
import { subtensorId } from './subtensor-id.ts'

/** Subnets, their neurons, weights and stake, and the coinbase that pays them. */
export const subtensorPallet = definePallet({
  id: subtensorId,
  storage,
  events,
  errors,
  constants,
  calls: {
    set_weights: setWeights,
    set_mechanism_weights: setMechanismWeights,
    batch_set_weights: batchSetWeights,
    commit_weights: commitWeights,
    commit_mechanism_weights: commitMechanismWeights,
    batch_commit_weights: batchCommitWeights,
    reveal_weights: revealCommittedWeights,
    reveal_mechanism_weights: revealMechanismWeights,
    batch_reveal_weights: batchRevealWeights,
    commit_timelocked_weights: commitTimelockedWeights,
    commit_timelocked_mechanism_weights: commitTimelockedMechanismWeights,
    commit_crv3_mechanism_weights: commitCrv3MechanismWeights,
    add_stake: addStake,
    add_stake_limit: addStakeLimit,
    add_stake_burn: addStakeBurn,
    remove_stake: removeStake,
    remove_stake_limit: removeStakeLimit,
    remove_stake_full_limit: removeStakeFullLimit,
    unstake_all: unstakeAll,
    unstake_all_alpha: unstakeAllAlpha,
    move_stake: moveStakeCall,
    transfer_stake: transferStake,
    swap_stake: swapStake,
    swap_stake_limit: swapStakeLimit,
    recycle_alpha: recycleAlpha,
    burn_alpha: burnAlpha,
    decrease_take: decreaseTake,
    increase_take: increaseTake,
    set_children: setChildren,
    set_childkey_take: setChildkeyTake,
    set_coldkey_auto_stake_hotkey: setColdkeyAutoStakeHotkey,
    serve_axon: serveAxon,
    serve_axon_tls: serveAxonTls,
    serve_prometheus: servePrometheus,
    register,
    burned_register: burnedRegister,
    register_limit: registerLimit,
    register_network: registerNetwork,
    register_network_with_identity: registerNetworkWithIdentity,
    set_subnet_identity: setSubnetIdentity,
    root_register: rootRegister,
    try_associate_hotkey: tryAssociateHotkey,
    start_call: startCall,
    set_tempo: setTempo,
    set_activity_cutoff_factor: setActivityCutoffFactor,
    trigger_epoch: triggerEpoch,
    swap_hotkey: swapHotkey,
    swap_hotkey_v2: swapHotkeyV2,
    update_symbol: updateSymbol,
    claim_root: claimRootCall,
    set_root_claim_type: setRootClaimType,
    sudo_set_num_root_claims: setNumRootClaims,
    sudo_set_root_claim_threshold: setRootClaimThreshold,
  },
  hooks: { genesis: writeGenesis, onInitialize: runBlock, guard: checkColdkeySwap },
})
