import { createHash } from 'node:crypto'
import { statusScript } from './status-script.ts'
import { statusStyle } from './status-style.ts'

/** The miner's page: no figures in it, they come by its script from the route beside it. */
export const statusPage = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Assay miner</title>
<link rel="icon" href="data:,">
<style>${statusStyle}</style>
</head>
<body>
<main>
<h1>Assay miner</h1>
<p><button type="button" id="pause" aria-pressed="false">Pause</button> <span id="state" role="status">Reading the figures.</span></p>
<div id="tables"></div>
<noscript><p>The figures need JavaScript; <a href="/status">/status</a> has them as JSON.</p></noscript>
</main>
<script type="module">${statusScript}</script>
</body>
</html>
`

const hashOf = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`

/** Nothing runs or loads but what stands in the page itself, and the figures of this very miner. */
export const statusPageHeaders = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': [
    "default-src 'none'",
    `script-src ${hashOf(statusScript)}`,
    `style-src ${hashOf(statusStyle)}`,
    "connect-src 'self'",
    // The empty icon, without which a browser asks for one.
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
  ].join('; '),
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
}
