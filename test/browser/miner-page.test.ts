import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chatAsk, signedRequest } from '../support/signed-ask.ts'
import { browserPath, startBrowser, type TestBrowser } from '../support/start-browser.ts'
import { startTestMiner, type TestMiner } from '../support/test-miner.ts'

describe.skipIf(browserPath === undefined)("the miner's page in a browser (left out where no chromium is installed)", () => {
  let miner: TestMiner
  let browser: TestBrowser
  let page: Page
  const problems: string[] = []
  const asked = new Set<string>()
  beforeAll(async () => {
    miner = await startTestMiner()
    browser = await startBrowser()
    page = await browser.context.newPage()
    page.on('console', message => problems.push(message.text()))
    page.on('pageerror', error => problems.push(error.message))
    page.on('request', request => asked.add(request.url()))
    await page.goto(miner.running.url)
  })
  afterAll(async () => {
    await browser.close()
    await miner.stop()
  })

  it('shows the figures in tables that a screen reader can name, and asks nobody but the miner', async () => {
    const figures = page.getByRole('table', { name: 'This miner' })
    await figures.getByRole('row', { name: 'State serving subnet 2' }).waitFor()
    await figures.getByRole('rowheader', { name: 'Utilisation' }).waitFor()
    await page.getByRole('table', { name: 'Callers' }).getByRole('columnheader', { name: 'share' }).waitFor()
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('Assay miner')
    expect([...asked].filter(url => !url.startsWith(miner.running.url) && url !== 'data:,')).toEqual([])
    expect(problems).toEqual([])
  })

  it('follows what the miner does without being loaded again', async () => {
    const { validator, miner: self } = miner.cast
    expect((await miner.send(signedRequest(validator, self.hotkey, chatAsk(miner.model.manifestDigest)))).status).toBe(200)
    await page.getByRole('row', { name: /Tokens so far \d+ prompt, 9 output/ }).waitFor()
    await page.getByRole('row', { name: new RegExp(`^${validator.hotkey} 0 60 % 100 % 1 `) }).waitFor()
  })

  it('keeps pictures from being read out, and their figures beside them', async () => {
    await page.locator('.picture:not([hidden])').first().waitFor()
    expect(await page.locator('.picture:not([aria-hidden=true])').count()).toBe(0)
    const row = page.getByRole('row', { name: /^Output tokens\/s [\d.]+ \(10 s\)/ })
    expect(await row.ariaSnapshot()).not.toMatch(/[▁▂▃▄▅▆▇█]/)
  })

  it('runs no script but its own', async () => {
    const plant = `const script = document.createElement('script')
      script.textContent = 'globalThis.intruder = true'
      document.body.append(script)`
    await page.evaluate(plant).catch(() => {})
    expect(await page.evaluate('globalThis.intruder')).toBeUndefined()
  })

  it('stops and goes on as its reader wants', async () => {
    const button = page.getByRole('button', { name: 'Pause' })
    await button.press('Enter')
    await page.getByRole('status').getByText('Paused.').waitFor()
    expect(await button.getAttribute('aria-pressed')).toBe('true')
    await button.press('Enter')
    await page.getByRole('status').getByText('Refreshed every 2 seconds.').waitFor()
  })

  it('says that the miner no longer answers', async () => {
    await miner.stop(true)
    await page.getByRole('status').getByText('No new figures').waitFor()
  })
})
