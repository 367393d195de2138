import { fileURLToPath } from 'node:url'

/** What is meant to catch a member: a check by its name, or `none` where nothing should. */
export type CaughtBy = 'margin' | 'fingerprint' | 'opening' | 'after-eos' | 'finish' | 'class' | 'log-probs' | 'coldkey'

/**
 * What must become of it: `fail` (one answer convicts, deterministically), `conviction` (by evidence over several answers), or `miss` (its
 * answers earn nothing; evidence from what it streamed convicts on top).
 */
export type Outcome = 'fail' | 'conviction' | 'miss'

/** A dishonest miner, as tests, the benchmark and the world read it. */
export interface GalleryMember {
  readonly name: string
  /** The plug-in that its miner loads. */
  readonly path: string
  /** One sentence. */
  readonly does: string
  /** Its cost for a paid token as a share of an honest miner's; what follows from it are its savings. */
  readonly cost: number
  /** Share of its answers in which it cheats, over all requests at temperature above 0. */
  readonly cheats: number
  /** The first that should see it, and the others that see it too. */
  readonly caughtBy: readonly CaughtBy[]
  readonly gets: Outcome
  /** What the world has to do beside running the plug-in, where that is not all. */
  readonly world?: 'sybils' | 're-registration'
}

const pathOf = (name: string) => {
  const here = import.meta.url
  return fileURLToPath(new URL(`./${name}${here.endsWith('.ts') ? '.ts' : '.js'}`, here))
}

/** A member whose plug-in is named like it, unless told. */
function member({ plugin, ...rest }: Omit<GalleryMember, 'path'> & { readonly plugin?: string }): GalleryMember {
  return { ...rest, path: pathOf(plugin ?? rest.name) }
}

// Costs: a decode step is bound by the bytes of weights that it reads, so halves of the model and narrower weights cost in proportion, with
// the head and the cache on top; a prefill of the true model over a finished answer is counted at a tenth of its decode; a stored or relayed
// answer costs what forwarding it does, a commercial service half of what running the model oneself does.
const sibling = 0.55
const half = 0.55
const int4 = 0.3
const int8 = 0.55
const prefill = 0.1
const forwarding = 0.05

/** Everyone in the gallery. */
export const members: readonly GalleryMember[] = [
  member({
    name: 'small-sibling',
    does: 'It runs the smaller model of the same family.',
    ...{ cost: sibling, cheats: 1, caughtBy: ['margin', 'fingerprint'], gets: 'conviction' },
  }),
  member({
    name: 'half-layers',
    does: 'It runs only the first half of the layers.',
    ...{ cost: half, cheats: 1, caughtBy: ['margin', 'fingerprint'], gets: 'conviction' },
  }),
  member({
    name: 'four-bit-weights',
    does: 'It runs weights of four bits in groups of 32.',
    ...{ cost: int4, cheats: 1, caughtBy: ['fingerprint', 'margin'], gets: 'conviction' },
  }),
  member({
    name: 'eight-bit-weights',
    does: 'It runs weights of eight bits with one scale a column.',
    ...{ cost: int8, cheats: 1, caughtBy: ['fingerprint', 'margin'], gets: 'conviction' },
  }),
  member({
    name: 'eight-bit-cache',
    does: 'It keeps keys and values in eight bits.',
    ...{ cost: 0.9, cheats: 1, caughtBy: ['fingerprint', 'margin'], gets: 'conviction' },
  }),
  member({
    name: 'altered-prompt',
    does: 'It runs the model after a prompt in which one word is another.',
    ...{ cost: 1, cheats: 1, caughtBy: ['margin', 'fingerprint'], gets: 'conviction' },
  }),
  member({
    name: 'raised-temperature',
    does: 'It samples 0.1 hotter than it was asked to.',
    ...{ cost: 1, cheats: 1, caughtBy: ['margin'], gets: 'conviction' },
  }),
  member({
    name: 'narrow-top-k',
    does: 'It samples from the five likeliest tokens.',
    ...{ cost: 1, cheats: 1, caughtBy: ['margin'], gets: 'conviction' },
  }),
  member({
    name: 'ignore-seed',
    does: 'It samples under a noise of its own.',
    ...{ cost: 1, cheats: 1, caughtBy: ['margin'], gets: 'conviction' },
  }),
  member({
    name: 'best-of-three',
    does: 'It draws three answers and gives the likeliest one.',
    ...{ cost: 3, cheats: 2 / 3, caughtBy: ['margin'], gets: 'conviction' },
  }),
  member({
    name: 'early-stop',
    does: 'It ends every answer after a third of its length.',
    ...{ cost: 1, cheats: 1, caughtBy: ['margin'], gets: 'conviction' },
  }),
  member({
    name: 'suppress-end',
    does: 'It goes on where the model would have ended.',
    ...{ cost: 1, cheats: 1, caughtBy: ['margin'], gets: 'conviction' },
  }),
  member({
    name: 'pad-after-end',
    does: 'It fills answers that ended with end-of-sequence tokens.',
    ...{ cost: 0.8, cheats: 1, caughtBy: ['after-eos'], gets: 'fail' },
  }),
  member({
    name: 'replay-stored',
    does: 'It gives three stored answers again, whatever it is asked.',
    ...{ cost: forwarding, cheats: 1, caughtBy: ['margin', 'fingerprint'], gets: 'conviction' },
  }),
  member({
    name: 'relay-to-miner',
    does: "It gives the answer of an honest miner, which is legal under that miner's hotkey alone.",
    ...{ cost: forwarding, cheats: 1, caughtBy: ['margin'], gets: 'conviction' },
  }),
  member({
    name: 'relay-to-service',
    does: 'It gives the text of a commercial service, which cannot follow the noise.',
    ...{ cost: 0.5, cheats: 1, caughtBy: ['class', 'margin', 'log-probs'], gets: 'miss' },
  }),
  member({
    name: 'abort-substituted',
    does: "It streams a smaller model's tokens and breaks off before the receipt.",
    ...{ cost: sibling, cheats: 1, caughtBy: ['margin'], gets: 'miss' },
  }),
  member({
    name: 'turncoat',
    does: 'It is honest for a thousand answers and then runs the smaller model.',
    ...{ cost: sibling, cheats: 1, caughtBy: ['margin', 'fingerprint'], gets: 'conviction' },
  }),
  member({
    name: 'dodge-audits',
    does: 'It is honest on what looks like an audit and runs the smaller model on all the rest.',
    ...{ cost: sibling, cheats: 1, caughtBy: ['margin', 'fingerprint'], gets: 'conviction' },
  }),
  member({
    name: 'dodge-audits-30',
    does: 'It is honest on what looks like an audit and runs the smaller model on 30 % of the rest.',
    ...{ cost: 1 - 0.3 * (1 - sibling), cheats: 0.3, caughtBy: ['margin', 'fingerprint'], gets: 'conviction' },
  }),
  member({
    name: 'dodge-audits-10',
    does: 'It is honest on what looks like an audit and runs the smaller model on 10 % of the rest.',
    ...{ cost: 1 - 0.1 * (1 - sibling), cheats: 0.1, caughtBy: ['margin', 'fingerprint'], gets: 'conviction' },
  }),
  member({
    name: 'prefill-attack',
    does: 'It generates with the smaller model and states what one prefill of the true model says of those tokens.',
    ...{ cost: sibling + prefill, cheats: 1, caughtBy: ['margin'], gets: 'conviction' },
  }),
  member({
    name: 'unchecked-drafts',
    does: 'It takes every draft of the smaller model in speculative decoding.',
    ...{ cost: sibling + 2 * prefill, cheats: 1, caughtBy: ['margin'], gets: 'conviction' },
  }),
  member({
    name: 'borrowed-proof',
    does: 'It runs weights of four bits and commits to the hidden rows of an honest miner.',
    ...{ cost: int4 + forwarding, cheats: 1, caughtBy: ['fingerprint', 'margin'], gets: 'conviction' },
  }),
  member({
    name: 'null-proof',
    does: 'It runs weights of four bits and commits to hidden rows of zeros.',
    ...{ cost: int4, cheats: 1, caughtBy: ['fingerprint', 'margin'], gets: 'conviction' },
  }),
  member({
    name: 'random-proof',
    does: 'It runs weights of four bits and commits to random hidden rows.',
    ...{ cost: int4, cheats: 1, caughtBy: ['fingerprint', 'margin'], gets: 'conviction' },
  }),
  member({
    name: 'withheld-opening',
    does: 'It runs weights of four bits and refuses every opening.',
    ...{ cost: int4, cheats: 1, caughtBy: ['opening', 'margin'], gets: 'miss' },
  }),
  member({
    name: 'copied-opening',
    does: "It runs weights of four bits and shows another answer's rows and projections.",
    ...{ cost: int4, cheats: 1, caughtBy: ['opening', 'margin'], gets: 'fail' },
  }),
  member({
    name: 'shuffled-tokens',
    does: 'It states the tokens of an honest answer in another order.',
    ...{ cost: 1, cheats: 1, caughtBy: ['margin', 'fingerprint'], gets: 'conviction' },
  }),
  member({
    name: 'truncated-tokens',
    does: 'It generates half of what was asked for and says that the length was reached.',
    ...{ cost: 1, cheats: 1, caughtBy: ['finish'], gets: 'fail' },
  }),
  member({
    name: 'loose-class',
    does: 'It offers the class with the fewest checks and runs weights of four bits under its wider threshold.',
    ...{ cost: int4, cheats: 1, caughtBy: ['class', 'margin'], gets: 'conviction' },
  }),
  member({
    name: 'sybils',
    plugin: 'half-layers',
    does: 'It runs most of the miners, and all of them half the layers, so that the check that fails them looks broken.',
    ...{ cost: half, cheats: 1, caughtBy: ['margin', 'fingerprint'], gets: 'conviction', world: 'sybils' },
  }),
  member({
    name: 'returned-convict',
    plugin: 'small-sibling',
    does: 'It registers a new hotkey under the same coldkey as soon as it is convicted.',
    ...{ cost: sibling, cheats: 1, caughtBy: ['coldkey', 'margin'], gets: 'conviction', world: 're-registration' },
  }),
]
