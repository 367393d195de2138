/** A thing to classify: numbers that somebody who watches could measure. */
export type Features = Readonly<Record<string, number>>

export interface Labelled {
  readonly features: Features
  readonly isSynthetic: boolean
}

const binsPerFeature = 12
const steps = 150
const learningRate = 1.5
const shrinkage = 1e-4

/**
 * How well somebody who watches can tell two kinds of requests apart: the area under the ROC curve, on `unseen`, of a logistic regression that was
 * trained on `known`. Each feature enters as its quantile bin, so that any shape of its distribution counts and not only its mean. 0.5 is guessing.
 */
export function tellApart(known: readonly Labelled[], unseen: readonly Labelled[]): number {
  const names = Object.keys(known[0]?.features ?? {})
  const edges = names.map(name => quantiles(known.map(({ features }) => features[name] ?? 0)))
  const encode = ({ features }: Labelled) =>
    names.map((name, index) => index * binsPerFeature + (edges[index] ?? []).filter(edge => (features[name] ?? 0) > edge).length)
  const weights = train(known.map(encode), known, names.length * binsPerFeature)
  return areaUnderCurve(unseen.map(each => ({ score: scoreOf(encode(each), weights), isSynthetic: each.isSynthetic })))
}

function quantiles(values: readonly number[]): number[] {
  const sorted = [...values].sort((a, b) => a - b)
  const edges = Array.from(
    { length: binsPerFeature - 1 },
    (_, bin) => sorted[Math.floor(((bin + 1) * sorted.length) / binsPerFeature)] ?? 0,
  )
  return [...new Set(edges)]
}

function train(rows: readonly (readonly number[])[], known: readonly Labelled[], size: number): Float64Array {
  const weights = new Float64Array(size)
  for (let step = 0; step < steps; step++) {
    const gradient = new Float64Array(size)
    for (const [index, row] of rows.entries()) {
      const error = (known[index]?.isSynthetic === true ? 1 : 0) - 1 / (1 + Math.exp(-scoreOf(row, weights)))
      for (const place of row) gradient[place] = (gradient[place] ?? 0) + error
    }
    for (let place = 0; place < size; place++) {
      const weight = weights[place] ?? 0
      weights[place] = weight + learningRate * ((gradient[place] ?? 0) / rows.length - shrinkage * weight)
    }
  }
  return weights
}

function scoreOf(row: readonly number[], weights: Float64Array): number {
  return row.reduce((sum, place) => sum + (weights[place] ?? 0), 0)
}

/** The share of pairs of one of each kind in which the synthetic one has the higher score; ties count half. */
export function areaUnderCurve(scored: ReadonlyArray<{ readonly score: number; readonly isSynthetic: boolean }>): number {
  const sorted = [...scored].sort((a, b) => a.score - b.score)
  let [rankSum, synthetic] = [0, 0]
  for (let start = 0; start < sorted.length; ) {
    let end = start
    while (end < sorted.length && sorted[end]?.score === sorted[start]?.score) end += 1
    for (let place = start; place < end; place++)
      if (sorted[place]?.isSynthetic === true) {
        rankSum += (start + end + 1) / 2
        synthetic += 1
      }
    start = end
  }
  const organic = sorted.length - synthetic
  return (rankSum - (synthetic * (synthetic + 1)) / 2) / (synthetic * organic)
}
