import type { Store } from './open-store.ts'

/** Hotkeys remembered at most: many times a subnet's places, which cost a registration each; the newest stay. */
const limit = 65_536

/** The hotkeys of miners that signed a session with this validator, over restarts. */
export interface StoredSessionPins {
  has(hotkey: string): boolean
  add(hotkey: string): void
}

/** Reads which miners had sessions; each new one is written once. */
export function openSessionPins({ sqlite }: Pick<Store, 'sqlite'>): StoredSessionPins {
  sqlite.prepare<[number]>('DELETE FROM session_pin WHERE place <= (SELECT max(place) FROM session_pin) - ?').run(limit)
  const rows = sqlite.prepare<[], { hotkey: string }>('SELECT hotkey FROM session_pin').all()
  const pins = new Set(rows.map(({ hotkey }) => hotkey))
  const insert = sqlite.prepare<[string]>('INSERT INTO session_pin (hotkey) VALUES (?) ON CONFLICT DO NOTHING')
  return {
    has: hotkey => pins.has(hotkey),
    add(hotkey) {
      insert.run(hotkey)
      pins.add(hotkey)
    },
  }
}
