import { defineErrors } from '../error-entry.ts'

export const validatorErrors = defineErrors({
  VALIDATOR_NOT_REGISTERED: {
    sentence: 'The hotkey {hotkey} is not registered on subnet {netuid}.',
    status: 403,
    blame: 'operator',
    retry: false,
    hint: 'Register it first, or check --netuid and --wallet-hotkey.',
  },
  VALIDATOR_ADDRESS: {
    sentence: 'The address {address} is private, local or no IP address, and is not dialled.',
    status: 403,
    blame: 'miner',
    retry: false,
    hint: 'In a local world set --allow-private.',
  },
  QUERY_STREAM_CUT: { sentence: 'The stream ended before its receipt.', status: 502, blame: 'miner', retry: true },
  QUERY_STREAM_ERROR: { sentence: 'The miner ended its stream with an error.', status: 502, blame: 'miner', retry: true },
  VALIDATOR_ROUND_UNKNOWN: {
    sentence: 'Round {round} is not stored here; the settled rounds are {first} to {last}.',
    status: 404,
    blame: 'operator',
    retry: false,
  },
  VALIDATOR_SUBNET_MODEL: {
    sentence: 'The model folder {folder} has the manifest digest {found}, but the subnet file names {expected}.',
    status: 500,
    blame: 'operator',
    retry: false,
    hint: "Use the subnet file's own artefact, or the subnet file that belongs to this one.",
  },
  VALIDATOR_STATUS_PORT: {
    sentence: 'The status page cannot listen on {host}:{port}: {problem}.',
    status: 500,
    blame: 'operator',
    retry: false,
    hint: 'Choose another with --status-port (0 picks a free one).',
  },
  VALIDATOR_BEACON: {
    sentence: 'The chain has no block {height}, whose hash draws the audits of round {round}.',
    status: 503,
    blame: 'chain',
    retry: true,
  },
  VALIDATOR_LOCKED: {
    sentence: 'The data folder {folder} is in use by another validator, process {holder}.',
    status: 409,
    blame: 'operator',
    retry: false,
    hint: 'Stop that process first, or give this one its own --data-folder.',
  },
  VALIDATOR_NO_STORE: {
    sentence: 'There is no validator database at {file}.',
    status: 404,
    blame: 'operator',
    retry: false,
    hint: 'Name the folder of the validator with --data-folder.',
  },
  VALIDATOR_OTHER_DUTY: {
    sentence: 'The data folder {folder} belongs to {found}, but this validator is {asked}.',
    status: 409,
    blame: 'operator',
    retry: false,
    hint: 'Give every chain, subnet and hotkey its own --data-folder.',
  },
  VALIDATOR_DOPPELGANGER: {
    sentence:
      'Another validator acts with the hotkey {hotkey} on subnet {netuid}: block {block} brought {what} that this journal did not send. Nothing more is signed.',
    status: 409,
    blame: 'operator',
    retry: false,
    exitCode: 2,
    hint: 'Find and stop the other one; then start this one again. Do not let a supervisor restart it (systemd: RestartPreventExitStatus=2).',
  },
  VALIDATOR_JOURNAL_BEHIND: {
    sentence:
      'The chain holds {what} of {hotkey} on subnet {netuid} from block {block} that this journal does not know. Nothing is signed before block {quiet}.',
    status: 409,
    blame: 'operator',
    retry: true,
    hint: 'It came from another validator or from this one before a restore; if the hotkey stays quiet for a whole tempo, work goes on by itself.',
  },
  VALIDATOR_WEIGHTS_VERSION: {
    sentence:
      'The owner of subnet {netuid} wants weights of version {wanted}; this release ({release}) makes version {ours}. No more weights are set.',
    status: 409,
    blame: 'operator',
    retry: false,
    exitCode: 3,
    hint: 'Update Assay and the subnet file; where these meet the wanted version already, set --weights-version to it. A restart alone changes nothing (systemd: RestartPreventExitStatus=2 3).',
  },
})
