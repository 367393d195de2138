import { defineErrors } from '../error-entry.ts'

export const chainErrors = defineErrors({
  CHAIN_TIMEOUT: {
    sentence: '{call} got no answer within {timeoutMs} ms.',
    status: 504,
    blame: 'chain',
    retry: true,
    hint: 'Check that the endpoint {endpoint} is reachable.',
  },
  CHAIN_ENDPOINT: {
    sentence: '{endpoint} is not the address of a chain: expected a network name ({networks}) or a ws:// or wss:// address.',
    status: 400,
    blame: 'operator',
    retry: false,
  },
  CHAIN_UNREACHABLE: {
    sentence: 'There is no connection to the chain at {endpoint}: {problem}.',
    status: 503,
    blame: 'chain',
    retry: true,
    hint: 'Check the endpoint (--subtensor.chain_endpoint) and that its node runs.',
  },
  CHAIN_WRONG_GENESIS: {
    sentence: 'The chain at {endpoint} is another one: its genesis is {genesisHash}, expected {expectedGenesisHash}. Nothing was signed.',
    status: 409,
    blame: 'operator',
    retry: false,
    hint: 'Name the network that your keys belong to with --subtensor.network, or the right endpoint.',
  },
  CHAIN_RPC: { sentence: 'The chain refused {call}: {problem} (code {rpcCode}).', status: 502, blame: 'chain', retry: true },
  CHAIN_UNSUPPORTED: {
    sentence: 'The runtime {specName} {specVersion} does not have {what}.',
    status: 501,
    blame: 'chain',
    retry: false,
    hint: 'Assay needs a Subtensor runtime that declares its runtime APIs in its metadata.',
  },
  CHAIN_DECODE: {
    sentence: 'The chain answered {call} with something that its own metadata does not describe: {problem}.',
    status: 502,
    blame: 'chain',
    retry: true,
  },
  CHAIN_SUBNET_UNKNOWN: {
    sentence: 'There is no subnet {netuid} on this chain.',
    status: 404,
    blame: 'operator',
    retry: false,
    hint: 'Check --netuid and --subtensor.network.',
  },
  CHAIN_BUSY: { sentence: '{what} already has {count} calls waiting; this one was not queued.', status: 503, blame: 'self', retry: true },
  CHAIN_FATE_UNKNOWN: {
    sentence: '{call} was sent ({extrinsicHash}), but the connection was lost before the chain said what became of it: {problem}.',
    status: 504,
    blame: 'chain',
    retry: true,
    hint: 'Read the chain before sending it again.',
  },
  CHAIN_ADDRESS: {
    sentence: '{host} port {port} cannot be served: expected an IPv4 or IPv6 address and a port of 1 to 65535.',
    status: 400,
    blame: 'operator',
    retry: false,
  },
  CHAIN_CLOSED: { sentence: 'The connection to {endpoint} was closed by this program.', status: 503, blame: 'self', retry: false },
})
