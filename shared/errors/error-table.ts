import { chainErrors } from './codes/chain.ts'
import { cliErrors } from './codes/cli.ts'
import { devchainErrors } from './codes/devchain.ts'
import { doctorErrors } from './codes/doctor.ts'
import { engineErrors } from './codes/engine.ts'
import { minerErrors } from './codes/miner.ts'
import { modelErrors } from './codes/model.ts'
import { ownerErrors } from './codes/owner.ts'
import { protocolErrors } from './codes/protocol.ts'
import { settingsErrors } from './codes/settings.ts'
import { storageErrors } from './codes/storage.ts'
import { subnetErrors } from './codes/subnet.ts'
import { timelockErrors } from './codes/timelock.ts'
import { validatorErrors } from './codes/validator.ts'
import { verifyErrors } from './codes/verify.ts'
import { walletErrors } from './codes/wallet.ts'
import { worldErrors } from './codes/world.ts'
import type { ErrorEntry } from './error-entry.ts'

const rows = {
  ...chainErrors,
  ...cliErrors,
  ...devchainErrors,
  ...doctorErrors,
  ...engineErrors,
  ...minerErrors,
  ...modelErrors,
  ...ownerErrors,
  ...protocolErrors,
  ...settingsErrors,
  ...storageErrors,
  ...subnetErrors,
  ...timelockErrors,
  ...validatorErrors,
  ...verifyErrors,
  ...walletErrors,
  ...worldErrors,
}

export type ErrorCode = keyof typeof rows

/** Every code that Assay can throw or give as a reason, with its sentence, HTTP status, blame and whether to retry. */
export const errorTable: Readonly<Record<ErrorCode, ErrorEntry>> = rows
