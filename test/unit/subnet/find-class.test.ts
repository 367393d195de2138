import { beforeAll, describe, expect, it } from 'vitest'
import { waitForCrypto } from '../../../shared/identity/crypto-ready.ts'
import { type AcceptedClass, findClassProblem } from '../../../shared/subnet/accepted-class.ts'
import { classesOf, classOfOffer, loosestClass, referenceManifest, strictestClass } from '../../../shared/subnet/find-class.ts'
import { loadSubnet } from '../../../shared/subnet/subnet-file.ts'
import { toyTerms } from '../../support/subnet-terms.ts'
import { openGguf } from '../../support/tiny-gguf.ts'
import { toyOffer } from '../../support/toy-offer.ts'

beforeAll(waitForCrypto)

const ggufDigest = 'b'.repeat(64)
const classes: AcceptedClass[] = [
  { name: 'served', artefact: 'upstream', precision: 'bf16', fingerprint: false, greedyOnly: true, payFactor: 0.9 },
  { name: 'quantised', artefact: 'gguf', precision: 'int8', manifestDigest: ggufDigest, fingerprint: false, payFactor: 0.8 },
  { name: 'graph', artefact: 'onnx', precision: 'fp32', fingerprint: true, payFactor: 1 },
  { name: 'half', artefact: 'onnx', precision: 'fp16', fingerprint: true, payFactor: 1 },
]
const model = { ...toyTerms, classes }

describe('the class of a miner', () => {
  it('is the accepted one of the artefact and precision in its offer', () => {
    expect(classOfOffer(model, toyOffer({}, { precision: 'fp16' }))?.name).toBe('half')
    expect(classOfOffer(model, toyOffer({}, { artefact: 'gguf', precision: 'int8', manifestDigest: ggufDigest }))?.name).toBe('quantised')
  })

  it('is the strictest without an offer, or with one that says nothing of this artefact', () => {
    expect(classOfOffer(model, undefined)?.name).toBe('graph')
    expect(classOfOffer(model, toyOffer({}, { model: 'another' }))?.name).toBe('graph')
    expect(classOfOffer(model, toyOffer({}, { manifestDigest: 'c'.repeat(64) }))?.name).toBe('graph')
  })

  it('is none where the owner accepts no such one, also not under the manifest of another class', () => {
    expect(classOfOffer(model, toyOffer({}, { precision: 'int4' }))).toBeNull()
    expect(classOfOffer(model, toyOffer({}, { artefact: 'gguf', precision: 'int8' }))).toBeNull()
    expect(classOfOffer(model, toyOffer({}, { manifestDigest: ggufDigest }))).toBeNull()
  })

  it('goes from most checks to fewest, whatever the order of the file', () => {
    expect([strictestClass(model).name, loosestClass(model).name]).toEqual(['graph', 'served'])
    expect(loosestClass({ ...model, classes: classes.slice(1) }).name).toBe('quantised')
  })

  it('is the artefact in its own precision where a file lists none', () => {
    expect(classesOf(toyTerms)).toEqual([{ name: 'fp32', artefact: 'onnx', precision: 'fp32', fingerprint: false, payFactor: 1 }])
    expect(classOfOffer(toyTerms, toyOffer())?.payFactor).toBe(1)
    expect(classOfOffer(toyTerms, toyOffer({}, { artefact: 'gguf' }))).toBeNull()
  })

  it('is judged by the one reference, whichever of its artefacts was asked for', () => {
    expect(referenceManifest(model, ggufDigest)).toBe(toyTerms.manifestDigest)
    expect(referenceManifest(model, toyTerms.manifestDigest)).toBe(toyTerms.manifestDigest)
    expect(referenceManifest(model, 'c'.repeat(64))).toBe('c'.repeat(64))
  })
})

describe('the classes of a subnet file', () => {
  const problemOf = (parts: { readonly classes?: AcceptedClass[]; readonly greedyPayFactor?: number | null }) =>
    findClassProblem({ classes, greedyPayFactor: 0.5, ...parts })

  it('are told apart by name, artefact and precision', () => {
    expect(problemOf({})).toBeNull()
    const [first, second] = classes as [AcceptedClass, AcceptedClass]
    expect(problemOf({ classes: [first, { ...second, name: first.name }] })).toBe('two classes are called served')
    expect(problemOf({ classes: [first, { ...first, name: 'again' }] })).toContain('the same artefact in the same precision')
  })

  it('are not asked greedily where nobody pays for that', () => {
    expect(problemOf({ greedyPayFactor: null })).toContain('greedyPayFactor refuses that')
    expect(problemOf({ greedyPayFactor: null, classes: classes.slice(1) })).toBeNull()
  })
})

describe('the classes of the default subnet file', () => {
  it('name the GGUF form of the model beside it', async () => {
    const [terms] = (await loadSubnet('config/subnet.json')).file.models
    const { model, remove } = await openGguf()
    await remove()
    const gguf = terms?.classes?.find(({ artefact }) => artefact === 'gguf')
    expect(gguf).toMatchObject({ manifestDigest: model.manifestDigest, precision: model.manifest.precision })
  })

  it('pay at most the full work, and ask for hidden rows where ONNX runs', async () => {
    for (const { classes = [] } of (await loadSubnet('config/subnet.json')).file.models) {
      expect(classes.length).toBeGreaterThan(3)
      expect(new Set(classes.map(({ name }) => name)).size).toBe(classes.length)
      for (const { artefact, fingerprint, payFactor } of classes) {
        expect(fingerprint).toBe(artefact === 'onnx')
        expect(payFactor).toBeLessThanOrEqual(1)
      }
    }
  })
})
