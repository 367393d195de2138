/**
 * The page's script. It writes text alone, and only where it changed, so that nobody who reads along loses the place; the one thing
 * that is announced is that the miner stopped answering, or answers again.
 */
export const statusScript = `
const everyMs = 2000
const tables = document.getElementById('tables')
const state = document.getElementById('state')
const pause = document.getElementById('pause')
let paused = false

function say(text) {
  if (state.textContent !== text) state.textContent = text
}

function fit(parent, count, make) {
  while (parent.children.length > count) parent.lastElementChild.remove()
  while (parent.children.length < count) parent.append(make(parent.children.length))
}

function element(name, attributes = {}) {
  const made = document.createElement(name)
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value)
  return made
}

function write(cell, { text, picture = '' }) {
  let [words, drawn] = cell.children
  if (!words) {
    words = element('span')
    drawn = element('span', { class: 'picture', 'aria-hidden': 'true' })
    cell.append(words, drawn)
  }
  if (words.textContent !== text) words.textContent = text
  if (drawn.textContent !== picture) drawn.textContent = picture
  drawn.hidden = picture === ''
}

function makeTable() {
  const table = element('table')
  const head = element('thead')
  head.append(element('tr'))
  table.append(element('caption'), head, element('tbody'))
  return table
}

function show(list) {
  fit(tables, list.length, makeTable)
  list.forEach(({ title, header, rows }, at) => {
    const [caption, head, body] = tables.children[at].children
    if (caption.textContent !== title) caption.textContent = title
    fit(head.firstElementChild, header.length, () => element('th', { scope: 'col' }))
    header.forEach((text, column) => write(head.firstElementChild.children[column], { text }))
    fit(body, rows.length, () => element('tr'))
    rows.forEach((cells, line) => {
      const row = body.children[line]
      fit(row, cells.length, column => (column === 0 ? element('th', { scope: 'row' }) : element('td')))
      cells.forEach((cell, column) => write(row.children[column], cell))
    })
  })
}

async function refresh() {
  try {
    const reply = await fetch('/status/tables', { cache: 'no-store', signal: AbortSignal.timeout(everyMs * 2) })
    if (!reply.ok) throw new Error('the miner answers ' + reply.status)
    show(await reply.json())
    say('Refreshed every 2 seconds.')
  } catch (error) {
    say('No new figures: ' + error.message + '. Trying again.')
  }
}

async function run() {
  while (true) {
    if (paused) say('Paused.')
    else await refresh()
    await new Promise(resolve => setTimeout(resolve, everyMs))
  }
}

pause.addEventListener('click', () => {
  paused = !paused
  pause.setAttribute('aria-pressed', String(paused))
  say(paused ? 'Paused.' : 'Refreshed every 2 seconds.')
})
run()
`
