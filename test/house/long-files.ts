/** Files above 300 lines, each with the reason why it is one file. */
export const longFiles: Readonly<Record<string, string>> = {}
