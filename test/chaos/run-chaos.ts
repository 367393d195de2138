import { createHmac } from 'node:crypto'
import { resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import Database from 'better-sqlite3'
import { loadModel } from '../../shared/models/load-model.ts'
import { loadSubnet } from '../../shared/subnet/subnet-file.ts'
import { replayRound } from '../../validator/rounds/replay-round.ts'
import { openStore } from '../../validator/storage/open-store.ts'
import { readOrCreateSetting } from '../../validator/storage/setting-table.ts'
import { openStage, type Role, type Stage } from './stage.ts'

export interface ChaosOptions {
  readonly folder: string
  readonly kills: number
  readonly seed: string
  readonly blockTimeMs: number
  readonly signal: AbortSignal
  say(line: string): void
}

export interface ChaosResult {
  readonly kills: Readonly<Record<Role, number>>
  readonly settledRounds: number
  readonly answers: number
  /** Everything that was lost, doubled or changed; empty where all held. */
  readonly faults: readonly string[]
}

const roles = ['chain', 'miner', 'validator'] as const
const progressWithinMs = 120_000

/** Kills a random process with SIGKILL at random moments, starts it again, and looks each time whether anything acknowledged was lost, doubled or changed. */
export async function runChaos({ folder, kills, seed, blockTimeMs, signal, say }: ChaosOptions): Promise<ChaosResult> {
  const draw = (index: number, what: string) => createHmac('sha256', seed).update(`${index}/${what}`).digest().readUInt32BE(0) / 2 ** 32
  const stage = await openStage(folder, blockTimeMs, signal)
  const faults: string[] = []
  const counts = { chain: 0, miner: 0, validator: 0 }
  const heads = new Map<number, string>()
  const settled = new Map<number, string>()
  const unwatch = stage.chain.watchHeads('best', head => heads.set(head.number, head.hash))
  try {
    await progress(stage, settled, 'the first settled round')
    for (let index = 0; index < kills && !signal.aborted; index++) {
      const role = roles[Math.floor(draw(index, 'role') * roles.length)] ?? 'chain'
      await delay(draw(index, 'wait') * 4 * blockTimeMs, undefined, { signal })
      const before = remember(stage)
      for (const [round, digest] of before.settled) settled.set(round, digest)
      const known = new Map(heads)
      await stage.restart(role)
      counts[role] += 1
      faults.push(...(await findLosses(stage, before, known)).map(fault => `kill ${index} (${role}): ${fault}`))
      say(
        `kill ${index + 1} of ${kills}: ${role}, round ${Math.max(-1, ...settled.keys())}, head ${Math.max(0, ...heads.keys())}, ${faults.length} faults`,
      )
    }
    await progress(stage, settled, 'a settled round after the last kill')
  } finally {
    unwatch()
    await stage.stop()
  }
  const end = await inspect(stage)
  faults.push(...end.faults)
  return { kills: counts, settledRounds: end.settledRounds, answers: end.answers, faults }
}

interface Memory {
  readonly settled: ReadonlyMap<number, string>
  readonly arrivals: ReadonlyMap<string, string>
}

/** What the validator has acknowledged by storing it. */
function remember(stage: Stage): Memory {
  return readValidator(stage, db => ({
    settled: new Map(
      db
        .prepare<[], { round: number; all: string }>("SELECT round, inputs || state || scores AS 'all' FROM settlement")
        .all()
        .map(row => [row.round, row.all]),
    ),
    arrivals: new Map(
      db
        .prepare<[], { request_id: string; arrival: string }>('SELECT request_id, arrival FROM exchange WHERE arrival IS NOT NULL')
        .all()
        .map(row => [row.request_id, row.arrival]),
    ),
  }))
}

async function findLosses(stage: Stage, before: Memory, heads: ReadonlyMap<number, string>): Promise<string[]> {
  const after = remember(stage)
  const lost: string[] = []
  for (const [round, all] of before.settled) if (after.settled.get(round) !== all) lost.push(`settled round ${round} changed or is gone`)
  for (const [id, arrival] of before.arrivals) if (after.arrivals.get(id) !== arrival) lost.push(`the answer to ${id} changed or is gone`)
  for (const [number, hash] of heads) {
    const found = await stage.chain.readBlockHash(number)
    if (found !== hash) lost.push(`block ${number} was ${hash}, is ${found}`)
  }
  return lost
}

/** Waits, on the database alone, until a round is settled that was not before. */
async function progress(stage: Stage, settled: Map<number, string>, what: string): Promise<void> {
  const deadline = performance.now() + progressWithinMs
  const known = Math.max(-1, ...settled.keys(), ...remember(stage).settled.keys())
  for (;;) {
    const { settled: now } = remember(stage)
    for (const [round, all] of now) settled.set(round, all)
    if (Math.max(-1, ...now.keys()) > known) return
    if (performance.now() > deadline) throw new Error(`there was not ${what} within ${progressWithinMs} ms`)
    await delay(100)
  }
}

/** Looks at everything that was left behind: sound files, nothing counted twice, every settled round equal when it is computed again. */
async function inspect(stage: Stage): Promise<{ settledRounds: number; answers: number; faults: string[] }> {
  const faults: string[] = []
  for (const file of [stage.chainFile, `${stage.validatorFolder}/validator.sqlite`]) {
    const db = new Database(file, { readonly: true })
    const found = db.pragma('integrity_check', { simple: true })
    if (found !== 'ok') faults.push(`${file}: ${String(found)}`)
    db.close()
  }
  const counts = readValidator(stage, db => {
    const one = (sql: string) => db.prepare<[], { n: number }>(sql).get()?.n ?? 0
    const twice = one(
      'SELECT count(*) AS n FROM (SELECT 1 FROM exchange WHERE arrival LIKE \'%"kind":"answer"%\' GROUP BY json_extract(arrival, \'$.receipt.sequence\') HAVING count(*) > 1)',
    )
    if (twice > 0) faults.push(`${twice} receipt numbers were used twice`)
    const unjudged = one(
      "SELECT count(*) AS n FROM exchange JOIN round ON round.number = exchange.round WHERE round.status = 'settled' AND request_id NOT IN (SELECT request_id FROM judgement)",
    )
    if (unjudged > 0) faults.push(`${unjudged} answers of settled rounds were never judged`)
    const failed = one("SELECT count(*) AS n FROM judgement WHERE kind = 'fail'")
    if (failed > 0) faults.push(`${failed} honest answers failed`)
    return {
      answers: one("SELECT count(*) AS n FROM judgement WHERE kind = 'pass'"),
      settledRounds: one('SELECT count(*) AS n FROM settlement'),
    }
  })
  const store = openStore(stage.validatorFolder)
  try {
    const master = Buffer.from(await readOrCreateSetting(store, 'master-secret', () => ''), 'hex')
    const { folder, file } = await loadSubnet(stage.subnetFile)
    const model = await loadModel(resolve(folder, file.models[0]?.path ?? ''))
    for (const { round } of await store.kysely.selectFrom('settlement').select('round').orderBy('round').execute()) {
      const { differences } = await replayRound(store, round, master, async () => model)
      faults.push(...differences.map(difference => `round ${round} replays otherwise: ${difference}`))
    }
  } finally {
    store.close()
  }
  return { ...counts, faults }
}

function readValidator<T>(stage: Stage, read: (db: Database.Database) => T): T {
  const db = new Database(`${stage.validatorFolder}/validator.sqlite`, { readonly: true, timeout: 5_000 })
  try {
    return read(db)
  } finally {
    db.close()
  }
}
