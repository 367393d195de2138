import { defineErrors } from '../error-entry.ts'

export const timelockErrors = defineErrors({
  TIMELOCK_KEY: {
    sentence: 'The beacon has no usable public key: expected 96 bytes of a compressed point in G2, got {sizeBytes} bytes ({problem}).',
    status: 502,
    blame: 'chain',
    retry: false,
    hint: 'Read Drand.BeaconConfig of the chain: its scheme must be bls-unchained-g1-rfc9380.',
  },
  TIMELOCK_CIPHERTEXT: {
    sentence: 'The commit cannot be opened: {problem}.',
    status: 422,
    blame: 'caller',
    retry: false,
    hint: 'It was made for another round or beacon, or its bytes were changed.',
  },
  TIMELOCK_PAYLOAD: {
    sentence: 'The opened commit is not a vector of weights: {problem}.',
    status: 422,
    blame: 'caller',
    retry: false,
  },
  TIMELOCK_NO_EPOCH: {
    sentence: 'No round can be planned: {problem}.',
    status: 409,
    blame: 'chain',
    retry: false,
    hint: 'A subnet with tempo 0 runs no epochs, so nothing that is committed there would ever be revealed.',
  },
})
