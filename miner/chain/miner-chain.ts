import type { ChainPort } from '../../shared/chain/chain-port.ts'

/** What a miner needs of a chain. */
export type MinerChain = Pick<
  ChainPort,
  | 'genesisHash'
  | 'specName'
  | 'readMetagraph'
  | 'readEpochState'
  | 'submitBurnedRegister'
  | 'submitServeAxon'
  | 'submitServeAxonTls'
  | 'readCertificates'
  | 'close'
>
