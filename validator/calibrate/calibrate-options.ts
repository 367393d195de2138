import { defineOptions } from '../../shared/settings/option.ts'

/** The settings of `assay validator calibrate`. */
export const calibrateOptions = defineOptions({
  model: { type: 'string', unit: 'name', description: "a model of the subnet file; without it the file's first" },
  subnetFile: { type: 'string', unit: 'file', description: "the owner's subnet file; without it the one that comes with Assay" },
  answers: {
    type: 'integer',
    min: 20,
    max: 100_000,
    default: 1_000,
    description: 'answers of each variant; subnet files refuse a calibration on fewer than 200, whose bounds are too narrow',
  },
  out: {
    type: 'string',
    unit: 'file',
    required: true,
    description: 'where the calibration is written; what was finished before a stop is kept beside it',
  },
  accept: {
    type: 'list',
    default: ['fp32', 'fp16'],
    description: "precisions whose variants set the model's bounds; classes of others get bounds of their own",
  },
  gguf: {
    type: 'string',
    unit: 'folder',
    description: 'folder of the same model as a GGUF artefact, to be run by llama.cpp with a cache of half precision',
  },
  projected: { type: 'integer', min: 1, max: 64, default: 8, description: 'numbers that a row is projected to' },
  rate: { type: 'number', min: 0.000_001, max: 0.1, default: 0.001, description: 'false-positive rate of the bounds of whole answers' },
  seed: { type: 'integer', min: 0, default: 1, description: 'decides prompts, lengths and noise' },
  provider: {
    type: 'string',
    choices: ['cpu', 'cuda', 'webgpu'],
    default: 'cpu',
    description: 'where the variants run; the reference runs on cpu',
  },
})
