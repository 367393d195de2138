import { type OfferedModel, offerDigest, type SignedOffer } from '../protocol/offer.ts'
import type { AcceptedClass } from './accepted-class.ts'
import type { SubnetModel } from './subnet-file.ts'

const precisions: readonly AcceptedClass['precision'][] = ['fp32', 'fp16', 'bf16', 'int8', 'int4']

/** The classes that a model may be served in; a file that lists none accepts its artefact in its own precision, with hidden rows or without. */
export function classesOf({ classes, precision }: Pick<SubnetModel, 'classes' | 'precision'>): readonly AcceptedClass[] {
  return classes ?? [{ name: precision, artefact: 'onnx', precision, fingerprint: false, payFactor: 1 }]
}

/** The class with the most checks and the finest numbers: it holds where a miner has made no offer. */
export function strictestClass(model: Pick<SubnetModel, 'classes' | 'precision'>): AcceptedClass {
  const [strictest] = byLooseness(model)
  if (strictest === undefined) throw new RangeError('a model without classes')
  return strictest
}

/** The class with the fewest checks and the coarsest numbers: every cheat may claim it, so what checks can find is quoted against it. */
export function loosestClass(model: Pick<SubnetModel, 'classes' | 'precision'>): AcceptedClass {
  return byLooseness(model).at(-1) ?? strictestClass(model)
}

/** The accepted class of what a miner offers; null where the owner accepts no such one. */
export function findClass(
  model: Pick<SubnetModel, 'classes' | 'precision' | 'manifestDigest'>,
  offered: Pick<OfferedModel, 'artefact' | 'precision' | 'manifestDigest'>,
): AcceptedClass | null {
  const { artefact, precision, manifestDigest } = offered
  return (
    classesOf(model).find(
      one => one.artefact === artefact && one.precision === precision && (one.manifestDigest ?? model.manifestDigest) === manifestDigest,
    ) ?? null
  )
}

/** The class that a miner with this standing offer is held to; the strictest without one, null where it offers a class that is not accepted. An offer that does not name the model in an accepted artefact says nothing about it. */
export function classOfOffer(
  model: Pick<SubnetModel, 'classes' | 'precision' | 'manifestDigest' | 'name'>,
  standing: SignedOffer | undefined,
): AcceptedClass | null {
  const artefacts = classesOf(model).map(({ manifestDigest }) => manifestDigest ?? model.manifestDigest)
  const offered = standing?.offer.models.find(one => one.model === model.name && artefacts.includes(one.manifestDigest))
  return offered === undefined ? strictestClass(model) : findClass(model, offered)
}

/** The manifest of the reference that judges answers of this artefact: the model's own for every artefact that one of its classes names. */
export function referenceManifest(model: Pick<SubnetModel, 'classes' | 'precision' | 'manifestDigest'>, asked: string): string {
  return classesOf(model).some(({ manifestDigest }) => manifestDigest === asked) ? model.manifestDigest : asked
}

/** The digest that a receipt under this offer states; null without one. */
export function standingDigest(standing: SignedOffer | undefined): string | null {
  return standing === undefined ? null : offerDigest(standing.offer)
}

function byLooseness(model: Pick<SubnetModel, 'classes' | 'precision'>): AcceptedClass[] {
  const looseness = ({ fingerprint, greedyOnly, precision }: AcceptedClass) =>
    (fingerprint ? 0 : 100) + (greedyOnly === true ? 10 : 0) + precisions.indexOf(precision)
  return [...classesOf(model)].sort((a, b) => looseness(a) - looseness(b))
}
