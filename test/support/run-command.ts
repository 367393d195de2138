import { Command } from 'commander'

/** Runs a command of the product in this process and gives what it wrote to stdout. Rejects as the command does. */
export async function runCommand(register: (program: Command) => void, args: readonly string[]): Promise<string> {
  let written = ''
  const program = new Command('assay').exitOverride()
  const listen = (command: Command) => {
    command.configureOutput({
      writeOut: text => {
        written += text
      },
      writeErr: () => undefined,
    })
    for (const child of command.commands) listen(child)
  }
  register(program)
  listen(program)
  await program.parseAsync([...args], { from: 'user' })
  return written
}
