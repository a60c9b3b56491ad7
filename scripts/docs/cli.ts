import type { Command } from 'commander'
import { createProgram } from '../../src/cli/program.js'
import { withParts } from './marked.js'

/** docs/cli.md with each command's own help in its place. */
export function cliPage(): string {
  const blocks = [...helpOfAll(createProgram())].map(
    ([name, help]) => [name, `\`\`\`text\n${help}\`\`\`\n`] as const,
  )
  return withParts('docs/cli.md', new Map(blocks))
}

/** Help of every command that does something, by its full name. */
function helpOfAll(command: Command, name = command.name()): Map<string, string> {
  if (command.commands.length > 0) {
    return new Map(command.commands.flatMap((sub) => [...helpOfAll(sub, `${name} ${sub.name()}`)]))
  }
  // The width of a terminal must not change the page.
  return new Map([[name, command.configureOutput({ getOutHelpWidth: () => 110 }).helpInformation()]])
}
