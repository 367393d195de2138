import type { Preset } from './genesis/preset.ts'
import { adminUtilsPallet } from './pallets/admin-utils/pallet.ts'
import { auraPallet } from './pallets/aura.ts'
import { balancesPallet } from './pallets/balances/pallet.ts'
import { commitmentsPallet } from './pallets/commitments/pallet.ts'
import { drandPallet } from './pallets/drand/pallet.ts'
import { subtensorPallet } from './pallets/subtensor-module/pallet.ts'
import { sudoPallet } from './pallets/sudo.ts'
import { swapPallet } from './pallets/swap/pallet.ts'
import { systemPallet } from './pallets/system.ts'
import { timestampPallet } from './pallets/timestamp.ts'
import { transactionPaymentPallet } from './pallets/transaction-payment.ts'
import { utilityPallet } from './pallets/utility.ts'
import { createRuntime, type Runtime } from './runtime.ts'
import { coreApis } from './runtime-apis/core-apis.ts'
import { subtensorApis } from './runtime-apis/subtensor-apis.ts'
import { walletApis } from './runtime-apis/wallet-apis.ts'

/** The runtime of the embedded chain: its table of pallets and runtime APIs. */
export function createNodeRuntime(preset: Preset): Runtime {
  const apis = (runtime: () => Runtime) => [...coreApis(runtime), ...subtensorApis, ...walletApis]
  return createRuntime({
    preset,
    apis,
    pallets: version => [
      systemPallet(version),
      timestampPallet(preset.blockTimeMs),
      auraPallet(preset.blockTimeMs),
      balancesPallet,
      transactionPaymentPallet,
      subtensorPallet,
      utilityPallet,
      sudoPallet,
      commitmentsPallet,
      adminUtilsPallet,
      drandPallet(preset.blockTimeMs),
      swapPallet,
    ],
  })
}
