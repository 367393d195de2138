import { defineErrors } from '../error-entry.ts'

export const storageErrors = defineErrors({
  STORAGE_DAMAGED: {
    sentence: 'The database {file} cannot be used: {problem}.',
    status: 500,
    blame: 'operator',
    retry: false,
    hint: 'Restore it from a backup, or move it away to start anew; it is never deleted for you.',
  },
  STORAGE_NEWER: {
    sentence: 'The database {file} has schema {found}, but this program knows only up to {known}.',
    status: 500,
    blame: 'operator',
    retry: false,
    hint: 'Use the newer program that wrote it.',
  },
})
