import { dirname, join, relative } from 'node:path'
import { loadSubnet, type SubnetFile } from '../../shared/subnet/subnet-file.ts'
import { writeFileAtomically } from '../../shared/util/write-file-atomically.ts'
import { worldSubnetChanges } from './cast.ts'

/** Writes the world's subnet file: the given one with the world's changes and then these, its paths made relative to the new place; returns the first model's folder. */
export async function writeSubnetFile(from: string, to: string, changes: Partial<SubnetFile> = {}): Promise<string> {
  const { file, folder } = await loadSubnet(from)
  const models = file.models.map(model => ({
    ...model,
    path: relative(dirname(to), join(folder, model.path)),
    prompts: relative(dirname(to), join(folder, model.prompts)),
    ...(model.calibration && { calibration: { ...model.calibration, path: relative(dirname(to), join(folder, model.calibration.path)) } }),
  }))
  const changed = { ...file, ...worldSubnetChanges, ...changes, models }
  await writeFileAtomically(to, `${JSON.stringify(changed, null, 2)}\n`)
  const [first] = (await loadSubnet(to)).file.models
  return join(dirname(to), first?.path ?? '')
}
