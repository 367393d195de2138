import { defineErrors } from '../error-entry.ts'

export const walletErrors = defineErrors({
  WALLET_NOT_FOUND: {
    sentence: 'There is no wallet file {file}.',
    status: 404,
    blame: 'operator',
    retry: false,
    hint: 'Create it with assay wallet create, or check --wallet.name, --wallet.hotkey and --wallet.path.',
  },
  WALLET_EXISTS: {
    sentence: '{file} exists already; keys are never overwritten.',
    status: 409,
    blame: 'operator',
    retry: false,
    hint: 'Choose another --wallet.name or --wallet.hotkey, or move that file away yourself.',
  },
  WALLET_NAME: {
    sentence:
      '{name} cannot be the name of a wallet or hotkey: expected letters, digits, ".", "_" and "-", at most 64, not starting with ".".',
    status: 400,
    blame: 'operator',
    retry: false,
  },
  WALLET_CORRUPT: {
    sentence: '{file} is not a key file: {problem}.',
    status: 422,
    blame: 'operator',
    retry: false,
    hint: 'Restore it from a backup, or from its mnemonic with assay wallet regen-coldkey or regen-hotkey.',
  },
  WALLET_PERMISSIONS: {
    sentence: '{file} can be read or written by other users (mode {mode}); a key file must have mode 600.',
    status: 403,
    blame: 'operator',
    retry: false,
    hint: 'Run: chmod 600 {file}. If others had access to this machine, treat the key as stolen.',
  },
  WALLET_PASSWORD: {
    sentence: 'The password does not open {file}.',
    status: 403,
    blame: 'operator',
    retry: false,
    hint: 'If the password is right, the file was damaged or cut off: restore it from a backup or from its mnemonic.',
  },
  WALLET_PASSWORD_MISSING: {
    sentence: 'No password was given for the encrypted key file {file}.',
    status: 401,
    blame: 'operator',
    retry: false,
    hint: 'Set {variable}, or run in a terminal to be asked; assay wallet and assay miner also take --password-file.',
  },
  WALLET_PASSWORD_WEAK: {
    sentence: 'The password for {file} is too weak: expected at least 8 characters, at least 4 of them different.',
    status: 400,
    blame: 'operator',
    retry: false,
  },
  WALLET_ENCRYPTION_OLD: {
    sentence: '{file} uses the old encryption {scheme}, which Assay does not read.',
    status: 422,
    blame: 'operator',
    retry: false,
    hint: 'Regenerate the key from its mnemonic with assay wallet regen-coldkey; the file is then written in the current form.',
  },
  WALLET_NO_SECRET: {
    sentence: '{file} holds a public key only: nothing can be signed with it.',
    status: 422,
    blame: 'operator',
    retry: false,
  },
  WALLET_MNEMONIC: {
    sentence: 'That is not a valid mnemonic: {problem}.',
    status: 400,
    blame: 'operator',
    retry: false,
    hint: 'Expected 12, 15, 18, 21 or 24 words of the English list, separated by spaces.',
  },
  WALLET_SECRET_IN_ARGV: {
    sentence:
      'A secret was given on the command line, where every user of this machine and the shell history can read it; nothing was done.',
    status: 400,
    blame: 'operator',
    retry: false,
    hint: 'Put it in a file of mode 600 and name it with --mnemonic-file (or - for standard input). Treat a secret that was typed here as known to others.',
  },
  WALLET_ADDRESS: {
    sentence: '{value} is not an address: {problem}.',
    status: 400,
    blame: 'caller',
    retry: false,
    hint: 'Expected an ss58 address of format 42, 48 characters starting with 5.',
  },
  WALLET_KEY: {
    sentence: 'That is not a usable sr25519 key: {problem}.',
    status: 400,
    blame: 'caller',
    retry: false,
  },
})
