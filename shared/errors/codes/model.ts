import { defineErrors } from '../error-entry.ts'

const fetchAgain = 'Fetch the file again, or use the manifest that belongs to it.'

export const modelErrors = defineErrors({
  MODEL_FILE_DIGEST: {
    sentence: 'The file {file} has the SHA-256 {found}, but its manifest says {expected}.',
    status: 500,
    blame: 'operator',
    retry: false,
    hint: fetchAgain,
  },
  MODEL_FILE_SIZE: {
    sentence: 'The file {file} has {found} bytes, but its manifest says {expected}.',
    status: 500,
    blame: 'operator',
    retry: false,
    hint: fetchAgain,
  },
  MODEL_FILE_MISSING: {
    sentence: 'The model folder {folder} has no readable file {file}: {problem}',
    status: 404,
    blame: 'operator',
    retry: false,
    hint: 'Check the path of the model folder; it holds manifest.json and every file that it names.',
  },
  MODEL_PATH_UNSAFE: {
    sentence: 'The path {path} in {where} leaves the model folder or is not a plain relative path.',
    status: 500,
    blame: 'operator',
    retry: false,
    hint: 'Do not use this artefact; a good one names only files below its own folder.',
  },
  MODEL_FILE_UNLISTED: {
    sentence: 'The file {file} is needed by {where} but is not in the manifest.',
    status: 500,
    blame: 'operator',
    retry: false,
    hint: 'Add the file and its SHA-256 to the manifest, or use a complete artefact.',
  },
  MODEL_MANIFEST_SHAPE: {
    sentence: 'The {what} is malformed at {path}: {problem}.',
    status: 500,
    blame: 'operator',
    retry: false,
    hint: 'Write the manifest again with the recipe of its model.',
  },
  MODEL_MANIFEST_VERSION: {
    sentence: 'The manifest {file} has the version {found}, but this program reads {known}.',
    status: 500,
    blame: 'operator',
    retry: false,
    hint: 'Use the program that belongs to this artefact, or an artefact in the known version.',
  },
  MODEL_GRAPH: {
    sentence: 'The graph {file} cannot be used: {problem}.',
    status: 500,
    blame: 'operator',
    retry: false,
    hint: 'Export the model again in the layout of Hugging Face decoder exports.',
  },
  MODEL_TOKENIZER: {
    sentence: 'The tokenizer of {model} cannot be used: {problem}.',
    status: 500,
    blame: 'operator',
    retry: false,
  },
  MODEL_TEMPLATE: {
    sentence: 'The chat template of {model} refuses these messages: {problem}.',
    status: 400,
    blame: 'caller',
    retry: false,
  },
})
