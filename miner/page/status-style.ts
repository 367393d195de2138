/** The page's look: the reader's own colours and font sizes. */
export const statusStyle = `
:root { color-scheme: light dark; }
body { font: 1rem/1.5 system-ui, sans-serif; margin: 1rem auto; max-width: 70rem; padding: 0 1rem; }
table { border-collapse: collapse; margin: 1.5rem 0; width: 100%; }
caption { font-weight: bold; text-align: left; padding-bottom: .25rem; }
th, td { border-bottom: 1px solid; padding: .25rem .75rem .25rem 0; text-align: left; vertical-align: top; overflow-wrap: anywhere; }
th[scope=row] { font-weight: normal; }
.picture { display: block; font-family: monospace; white-space: pre; overflow: hidden; }
button { font: inherit; }
`
