import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BrowserContext, chromium } from 'playwright-core'

const found = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

/** The browser of this machine; undefined where there is none, and tests that need one are then left out. */
export const browserPath = found.find(path => path !== undefined && existsSync(path))

export interface TestBrowser {
  readonly context: BrowserContext
  close(): Promise<void>
}

/** Starts the machine's browser with a profile of its own that asks nobody for anything. */
export async function startBrowser(): Promise<TestBrowser> {
  const profile = await mkdtemp(join(tmpdir(), 'assay-browser-'))
  const context = await chromium.launchPersistentContext(profile, {
    headless: true,
    ...(browserPath !== undefined && { executablePath: browserPath }),
    args: [
      ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
      ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
    ],
  })
  return {
    context,
    async close() {
      await context.close()
      await rm(profile, { recursive: true, force: true, maxRetries: 3 })
    },
  }
}
