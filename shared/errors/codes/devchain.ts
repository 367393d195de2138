import { defineErrors } from '../error-entry.ts'

export const devchainErrors = defineErrors({
  DEVCHAIN_PORT_TAKEN: {
    sentence: 'Port {port} on {host} is already in use.',
    status: 409,
    blame: 'operator',
    retry: false,
    hint: 'Stop what uses it, or choose another with --port (0 picks a free one).',
  },
  DEVCHAIN_LISTEN: {
    sentence: 'The chain cannot listen on {host}:{port}: {problem}',
    status: 500,
    blame: 'operator',
    retry: false,
    hint: 'Give an address of this machine with --host.',
  },
  DEVCHAIN_OPEN: {
    sentence: 'The chain file {path} cannot be opened: {problem}',
    status: 500,
    blame: 'operator',
    retry: false,
    hint: 'Check the path and its rights, or use --tmp to keep nothing.',
  },
  DEVCHAIN_OTHER_CHAIN: {
    sentence: 'The chain file {path} was started with the preset {preset}, not {wanted}.',
    status: 409,
    blame: 'operator',
    retry: false,
    hint: 'Start it with --preset {preset}, or give another file with --path.',
  },
  DEVCHAIN_CORRUPT: {
    sentence: 'The chain file {path} lacks a block that it should hold.',
    status: 500,
    blame: 'operator',
    retry: false,
    hint: 'Restore the file, or start a new chain with another --path.',
  },
  DEVCHAIN_STATE_DISCARDED: {
    sentence: 'The state of block {hash} is no longer kept: the history reaches back {history} blocks.',
    status: 410,
    blame: 'caller',
    retry: false,
    hint: 'Start the chain with a longer --history.',
  },
  DEVCHAIN_REORG: {
    sentence: 'The newest {depth} blocks cannot be replaced: only {most} of them are not final.',
    status: 409,
    blame: 'caller',
    retry: true,
    hint: 'Ask for fewer, or start the chain with a longer --finality-lag.',
  },
  DEVCHAIN_STORAGE: { sentence: 'The storage to write is not understood: {problem}', status: 400, blame: 'caller', retry: false },
})
