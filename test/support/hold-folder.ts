// Run as a process of its own by tests: takes a validator's data folder, says so, and holds it until it is killed.
import { lockFolder } from '../../validator/storage/lock-folder.ts'

const [folder = ''] = process.argv.slice(2)
lockFolder(folder)
process.stdout.write('held\n')
setInterval(() => {}, 60_000)
