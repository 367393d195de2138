import { readFile } from 'node:fs/promises'
import { type Static, Type } from 'typebox'
import { AssayError, isAssayError } from '../../shared/errors/assay-error.ts'
import { Hex32 } from '../../shared/protocol/fields.ts'
import { parserOf } from '../../shared/protocol/parser-of.ts'

/** One API key as the key file keeps it: never the key, only its SHA-256. */
export const ApiKey = Type.Object(
  {
    name: Type.String({ pattern: '^[A-Za-z0-9._-]{1,64}$' }),
    sha256: Hex32,
    /** Requests that it may have open at once. */
    concurrency: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000 })),
    /** Output tokens a minute, a prompt token counting a tenth; no limit of its own unless given. */
    tokensPerMinute: Type.Optional(Type.Number({ exclusiveMinimum: 0 })),
  },
  { additionalProperties: false },
)
export type ApiKey = Static<typeof ApiKey>

const KeyFile = Type.Object(
  { version: Type.Literal('assay/keys/1'), keys: Type.Array(ApiKey, { maxItems: 1_000 }) },
  { additionalProperties: false },
)
const parseKeyFile = parserOf(KeyFile, 'PROTO_SHAPE', 'key file')

/** The keys of a key file; none where `missing` is told to be fine and there is no file. Throws MINER_KEY_FILE. */
export async function readKeyFile(file: string, missing: 'refused' | 'fine' = 'refused'): Promise<readonly ApiKey[]> {
  try {
    const { keys } = parseKeyFile(JSON.parse(await readFile(file, 'utf8')))
    const double = keys.find(({ name }, index) => keys.findIndex(other => other.name === name) !== index)
    if (double !== undefined) throw new AssayError('MINER_KEY_FILE', { file, problem: `it names ${double.name} twice` })
    return keys
  } catch (cause) {
    if (isAssayError(cause, 'MINER_KEY_FILE')) throw cause
    if (missing === 'fine' && cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return []
    throw new AssayError('MINER_KEY_FILE', { file, problem: cause instanceof Error ? cause.message : String(cause) }, { cause })
  }
}
