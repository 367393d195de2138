const specials = ['<|pad|>', '<|begin|>', '<|end|>', '<|system|>', '<|user|>', '<|assistant|>']

export const chatTemplate =
  "{{ bos_token }}{% for message in messages %}{{ '<|' + message['role'] + '|>' + message['content'] + '<|end|>' }}{% endfor %}{% if add_generation_prompt %}{{ '<|assistant|>' }}{% endif %}"

export const tokenizerConfig = { clean_up_tokenization_spaces: false, bos_token: '<|begin|>', eos_token: '<|end|>' }

/** A byte-level BPE tokenizer of `vocab` ids: six special tokens, the 256 bytes, and pairs of letters for the rest. */
export function tokenizerFile(vocab: number): object {
  const symbols = byteSymbols()
  const letters = symbols.filter(symbol => /^[a-z]$/.test(symbol))
  const pairs = letters.flatMap(first => letters.map(second => [first, second])).slice(0, vocab - specials.length - symbols.length)
  const tokens = [...specials, ...symbols, ...pairs.map(pair => pair.join(''))]
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: specials.map((content, id) => ({
      id,
      content,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
      special: true,
    })),
    normalizer: null,
    pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true },
    post_processor: null,
    decoder: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true },
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: false,
      byte_fallback: false,
      vocab: Object.fromEntries(tokens.map((token, id) => [token, id])),
      merges: pairs,
    },
  }
}

// The visible character that byte-level BPE writes for each byte.
function byteSymbols(): string[] {
  const printable = (byte: number) => (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174
  let next = 256
  return Array.from({ length: 256 }, (_, byte) => String.fromCharCode(printable(byte) ? byte : next++))
}
