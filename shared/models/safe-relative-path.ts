import { AssayError } from '../errors/assay-error.ts'

/** The path itself where it is relative, uses forward slashes and cannot leave its folder; throws MODEL_PATH_UNSAFE otherwise. */
export function safeRelativePath(path: string, where: string): string {
  const parts = path.split('/')
  const safe = parts.every(part => part !== '' && part !== '.' && part !== '..') && !/[\\:\0]/.test(path)
  if (!safe) throw new AssayError('MODEL_PATH_UNSAFE', { path, where })
  return path
}
