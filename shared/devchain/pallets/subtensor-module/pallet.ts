import { definePallet } from '../../pallet.ts'
import { addStake } from './calls/add-stake.ts'
import { burnedRegister } from './calls/burned-register.ts'
import { register } from './calls/register.ts'
import { registerNetwork } from './calls/register-network.ts'
import { removeStake } from './calls/remove-stake.ts'
import { rootRegister } from './calls/root-register.ts'
import { serveAxon } from './calls/serve-axon.ts'
import { setWeights } from './calls/set-weights.ts'
import { startCall } from './calls/start-call.ts'
import { tryAssociateHotkey } from './calls/try-associate-hotkey.ts'
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
    add_stake: addStake,
    remove_stake: removeStake,
    serve_axon: serveAxon,
    register,
    burned_register: burnedRegister,
    register_network: registerNetwork,
    root_register: rootRegister,
    try_associate_hotkey: tryAssociateHotkey,
    start_call: startCall,
  },
  hooks: { genesis: writeGenesis, onInitialize: runBlock },
})
