import type { Ratio } from '../measure-ratio.ts'
import { table } from './markdown-table.ts'
import { renderSummary } from './render-summary.ts'
import type { MemberReport, Report } from './report.ts'
import { maxTokens, openedRows, projections, rates, stochasticEntropy, temperature, topK, toploc } from './settings.ts'
import { hiddenRowsNote } from './shown-rows.ts'
import { bestConviction, published, targetOf } from './targets.ts'

/** All of the page that comes before its members, one section an array of lines. */
export function renderIntroduction(report: Report, command: string): string[] {
  return [
    `<!-- Written by \`${command}\`: change that, not this. -->`,
    '# What verification detects',
    '',
    '## In one paragraph',
    '',
    ...renderSummary(report),
    '',
    '## What was measured',
    '',
    ...renderSetting(report),
    '',
    '## Honest miners',
    '',
    ...renderVariants(report),
    '',
    ...renderLifetimes(report),
    '',
    '## Tokens until a conviction',
    '',
    ...renderTargets(report),
    '',
    '## Narrower weights against each class',
    '',
    ...renderClasses(report),
    '',
    '## Beside what is published',
    '',
    ...renderPublished(report),
    '',
    '## Forged proofs',
    '',
    ...renderNullProofs(report),
    '',
    '## What it costs',
    '',
    ...renderCosts(report),
    '',
    '## The members of the gallery',
    '',
    ...renderLegend(report),
  ]
}

function renderSetting({ quick, amounts, model, manifestDigest, loosest }: Report): string[] {
  const scale = quick
    ? `This is the quick version: ${amounts.cheat} answers of each cheat: a share near 0.5 of its 30-token streams is known to ±${halfWidth((amounts.cheat * 38) / 30)}, of its 300-token streams to ±${halfWidth((amounts.cheat * 38) / 300)} (95 %), and cells stay blank that the full version fills.`
    : `${amounts.cheat} answers of each cheat: a share near 0.5 of its 30-token streams is known to ±${halfWidth((amounts.cheat * 38) / 30)}, of its 300-token streams to ±${halfWidth((amounts.cheat * 38) / 300)} (95 %; the JSON has the interval of every cell).`
  return [
    `Measured on \`${model}\` (manifest ${manifestDigest.slice(0, 16)}) at temperature ${temperature}, top_k ${topK}, answers of at most ${maxTokens.least} to ${maxTokens.most} tokens to the prompts of the default subnet. Seeds are fixed. ${scale}`,
    '',
    `Every answer is scored by one prefill of the fp32 reference. Honest streams are those of the loosest accepted class, **${loosest}**.`,
  ]
}

function renderVariants({ variants, bounds }: Report): string[] {
  return [
    ...table(
      [
        'variant',
        'class',
        'answers',
        'tokens',
        'other token than the reference',
        'mean clipped margin',
        'mean fingerprint distance',
        'mean drift',
        'largest e-value',
      ],
      variants.map(({ name, className, answers, tokens, mismatches, margin, distance, drift, largestEValue }) => [
        name,
        className,
        `${answers}`,
        `${tokens}`,
        `${(100 * mismatches).toFixed(3)} %`,
        small(margin),
        distance === null ? 'no rows' : small(distance),
        small(drift),
        largestEValue.toPrecision(3),
      ]),
    ),
    '',
    `No GPU was at hand. Half precisions are those of weights and cache: sums are made in fp32. Bounds of the e-values in the loosest class: margin ${bounds.marginBound}, fingerprint ${figure(bounds.fingerprintBound)}, log-probabilities ${figure(bounds.logProbBound)}.`,
  ]
}

function renderLifetimes({ lifetimes, alpha }: Report): string[] {
  const { lifetimes: lives, answers, convictions, largestEvidence, realAnswers } = lifetimes
  return [
    `**${convictions} of ${lives} simulated honest lifetimes** of ${answers} audited answers were convicted; the largest evidence was ${largestEvidence.toPrecision(3)} of the ${1 / alpha} that convicts. The e-process bounds the share of honest miners that are ever convicted by ${alpha}, whatever their answers and whenever one looks. The lifetimes are resampled: each draws one variant, and its answers with replacement from the ${realAnswers} answers that were really made (all variants together), by tokens and proofs.`,
  ]
}

function renderTargets({ members, alpha, streamWeight }: Report): string[] {
  const rows = members.flatMap(member =>
    evidenceOf(member.name).map(of => {
      const best = bestConviction(member, of)
      const target = targetOf(members, member.name, of)
      const reached = best?.tokens99 ?? Number.POSITIVE_INFINITY
      return [
        member.name,
        of === 'tokens' ? 'tokens alone' : 'tokens and proofs',
        ...best99(best),
        target === undefined ? '' : `${target}`,
        target === undefined ? '' : reached <= target ? 'yes' : 'no',
      ]
    }),
  )
  return [
    `Audited tokens, summed until a miner's evidence reaches ${1 / alpha} (its answers all in one stream, which weighs ${streamWeight.toPrecision(3)} of it) or a deterministic check fails an answer, in 99 of 100 orders; answers are cut to 4, 16 or 50 tokens or left whole, and the cut that convicts first is shown. The turncoat's are counted from its turn after 1,000 honest answers; its figure is three times its cheat's from the start, that of the prefill attack is what its generator shows by tokens alone.`,
    '',
    ...table(['member', 'evidence', 'tokens, median', 'tokens, 99 %', 'answers, 99 %', 'cut', 'figure', 'reached'], rows),
  ]
}

/** Who never shows its rows is measured by its tokens alone. */
function evidenceOf(name: string): readonly ('tokens' | 'proofs')[] {
  return hiddenRowsNote(name) === undefined ? ['tokens', 'proofs'] : ['tokens']
}

function renderClasses({ byClass }: Report): string[] {
  const names = [...new Set(byClass.flatMap(({ members }) => members.map(({ name }) => name)))]
  return [
    'A miner fixes its class in its offer. Here its answers are held against the bounds of each class (those of the subnet file, or what calibrating on the honest answers of that class gives), by tokens and proofs: audited tokens at 99 %, and the cut.',
    '',
    ...table(
      ['class', 'fingerprint bound', 'log-probability bound', 'largest honest e-value', ...names],
      byClass.map(({ className, bounds, largestHonestEValue, members }) => [
        className,
        figure(bounds.fingerprintBound),
        figure(bounds.logProbBound),
        largestHonestEValue.toPrecision(3),
        ...names.map(name => {
          const best = members.find(member => member.name === name)?.best
          return best ? `${best.tokens99} (${best.cut ?? 'whole'})` : 'not within the simulation'
        }),
      ]),
    ),
  ]
}

function best99(best: ReturnType<typeof bestConviction>): string[] {
  if (best === undefined) return ['', 'not within the simulation', '', '']
  return [`${best.medianTokens}`, `${best.tokens99}`, `${best.answers99}`, best.cut === null ? 'whole' : `${best.cut}`]
}

function renderPublished({ members }: Report): string[] {
  const auc = (member: MemberReport, check: string, tokens: number, counted: 'all' | 'stochastic') => {
    const value = member.rows.find(row => row.check === check && row.counted === counted)?.cells.find(cell => cell.tokens === tokens)?.auc
    return value === undefined || value === null ? '' : value.toFixed(4)
  }
  const rows = members.flatMap(member => [
    [
      member.name,
      auc(member, 'margin', 300, 'all'),
      auc(member, 'margin', 300, 'stochastic'),
      auc(member, 'fingerprint', 1, 'all'),
      auc(member, 'fingerprint', 3, 'all'),
      auc(member, 'toploc', 30, 'all'),
      auc(member, 'all', 300, 'all'),
      published[member.name]?.says ?? '',
    ],
  ])
  return [
    'Area under the ROC curve. Published figures are of models of billions of parameters at about one nat a token; this model has 0.98 million and is certain of 44 % of its tokens.',
    '',
    ...table(
      [
        'member',
        'margin, 300 tokens',
        'margin, 300 stochastic',
        'fingerprint, 1 token',
        'fingerprint, 3 tokens',
        'TOPLOC, 30 tokens',
        'all, 300 tokens',
        'published',
      ],
      rows,
    ),
  ]
}

function renderNullProofs({ nullProofs }: Report): string[] {
  const show = (value: number | null) => (value === null ? '' : `${(100 * value).toFixed(2)} %`)
  return [
    `Share of forged proofs of honest answers that each check refuses by itself, its threshold above every honest answer of every variant (${nullProofs[0]?.answers ?? 0} answers of eight tokens and more). TOPLOC does not compare signs, by its definition, and zeros are close to the log-probabilities of an answer whose tokens are all certain.`,
    '',
    ...table(
      ['shown in the place of the proof', 'fingerprint', 'TOPLOC', 'log-probabilities'],
      nullProofs.map(({ kind, fingerprint, toploc: chunks, logProbs }) => [kind, show(fingerprint), show(chunks), show(logProbs)]),
    ),
  ]
}

function renderCosts({ costs }: Report): string[] {
  const show = ({ value, low, high }: Ratio) => `${value.toPrecision(3)} (${low.toPrecision(3)} to ${high.toPrecision(3)})`
  return [
    'CPU time, as medians of ratios within one run with 95 % intervals; verifying is one prefill with every check on (margins, likelihood, fingerprint with opened rows, TOPLOC).',
    '',
    ...table(
      ['model', 'answer', 'over a bare prefill', 'over generating alone', 'over generating in a batch of 16'],
      costs.map(cost => [
        cost.model,
        `${cost.tokens} tokens`,
        show(cost.verifyOverBarePrefill),
        show(cost.verifyOverGenerate1),
        show(cost.verifyOverGenerate16),
      ]),
    ),
    '',
    ...table(
      ['bytes', 'a token', 'an answer'],
      [
        ['steady traffic: digests of rows and TOPLOC proofs in the receipt', '0', '64'],
        ['audit: projections', `${2 * projections}`, ''],
        ...costs.map(cost => [
          `audit: ${openedRows} rows of \`${cost.model}\` with their paths, answer of ${cost.tokens} tokens`,
          '',
          `${cost.openedBytes}`,
        ]),
        [`audit: TOPLOC, ${toploc.k} values of ${toploc.chunkRows} rows`, ((2 + 2 * toploc.k) / toploc.chunkRows).toFixed(2), ''],
        ['audit: log-probabilities, sent with every answer', '4', ''],
      ],
    ),
  ]
}

function renderLegend({ loosest }: Report): string[] {
  return [
    `Columns are tokens seen: disjoint streams of so many tokens, answers put behind each other. A cell holds the true-positive rates at false-positive rates of ${rates.map(rate => rate.toExponential()).join(', ')}, and below them its number of disjoint streams, honest (${loosest}) / cheating. A rate stays blank (·) where 3/n of the n honest streams exceeds it. A cell is empty where a check is shown too little: the likelihood needs 8 tokens, TOPLOC one chunk.`,
    '',
    'Measured is what a member answers and commits to. Where it breaks off, or withholds or falsifies its openings, its rows are not measured, since no audit sees them as they were made: its lines are of tokens and of the log-probabilities that it states.',
    '',
    `- seeded margin: mean of the margins, clipped; likelihood: |z| of the surprise against the entropy; ends: how unlikely it was to end, or not to.`,
    `- fingerprint: geometric mean of the rows' relative distances in ${projections} projections; TOPLOC: mean difference of the ${toploc.k} largest values of ${toploc.chunkRows} rows, a wrong exponent counted as 128; log-probability drift: mean of exp(|difference|) - 1.`,
    `- combined: the smallest of the checks' rates among honest streams, which is compared with that of honest streams again.`,
    `- a token is stochastic where its entropy is at least ${stochasticEntropy.toFixed(3)} nats: every place whose likeliest token has at most 0.99 is.`,
  ]
}

function halfWidth(streams: number): string {
  return (0.98 / Math.sqrt(Math.max(1, streams))).toFixed(2)
}

function small(value: number): string {
  return value === 0 ? '0' : value.toExponential(2)
}

function figure(value: number | undefined): string {
  return value === undefined ? 'none' : value.toPrecision(3)
}
