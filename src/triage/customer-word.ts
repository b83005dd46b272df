/** The few words by which customers ask for something themselves. */
export type CustomerWord = 'progress' | 'nudge' | 'human' | 'cancel';

const WORDS: Readonly<Record<CustomerWord, readonly string[]>> = {
  progress: ['进度', '查进度', '查询进度', '处理进度', 'progress', 'status'],
  nudge: ['催单', '催一下', '催催', 'urge', 'hurry up'],
  human: ['人工', '转人工', '人工客服', '转人工客服', 'human', 'agent', 'human agent'],
  cancel: ['取消', '取消工单', '撤单', 'cancel'],
};

const MEANING: ReadonlyMap<string, CustomerWord> = new Map(
  Object.entries(WORDS).flatMap(([meaning, words]) => words.map((w) => [w, meaning as CustomerWord] as const)),
);

/** Longer than any word with all the punctuation that people put around it. */
const MOST = 40;

/** What stands around a word: white space, punctuation, signs. */
const EDGES = /^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu;

/** The word that a message is; null when it is anything else. A word inside a sentence is never one. */
export function customerWord(text: string): CustomerWord | null {
  if (text.length > MOST) return null;
  const folded = text.normalize('NFKC').toLowerCase().replaceAll(EDGES, '').replaceAll(/\s+/gu, ' ');
  return MEANING.get(folded) ?? null;
}
