import { AssayError } from '../../errors/assay-error.ts'

const full = new Set(['ENOSPC', 'EDQUOT', 'EFBIG'])

/** The error to throw for a failed write: MODEL_DISK_FULL where the disk, the quota or the largest file size is used up, else MODEL_WRITE. */
export function diskError(cause: unknown, folder: string, file: string): AssayError {
  const problem = cause instanceof Error ? cause.message : String(cause)
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
  return full.has(code)
    ? new AssayError('MODEL_DISK_FULL', { folder, problem: `${file} could not be written (${code})` }, { cause })
    : new AssayError('MODEL_WRITE', { file, problem }, { cause })
}
