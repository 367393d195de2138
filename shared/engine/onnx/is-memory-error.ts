/** Whether a run failed because memory ran out; runtimes tell it in words alone. */
export function isMemoryError(error: unknown): boolean {
  return (
    error instanceof Error &&
    /bad_alloc|out of memory|failed to allocate|allocation fail|OUT_OF_MEMORY|OUTOFMEMORY|RESOURCE_EXHAUSTED/i.test(error.message)
  )
}
