import { defineErrors } from '../error-entry.ts'

export const worldErrors = defineErrors({
  WORLD_ADDRESS: {
    sentence: 'The address {address} cannot be bound on this host: {problem}.',
    status: 500,
    blame: 'operator',
    retry: false,
    hint: 'Add the addresses with: {command}',
  },
  WORLD_FOLDER: {
    sentence: 'The folder {folder} is not empty; a world starts in a folder of its own.',
    status: 409,
    blame: 'operator',
    retry: false,
    hint: 'Name another --folder, or move that one away yourself.',
  },
  WORLD_CHILD: {
    sentence: 'The process {name} did not start: {problem}.',
    status: 500,
    blame: 'self',
    retry: false,
    hint: 'Its log is {log}.',
  },
  WORLD_CHAIN: { sentence: 'The chain refused {what}: {error}.', status: 500, blame: 'self', retry: false },
})
