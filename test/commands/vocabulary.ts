/**
 * Verbs that come later: English name, Chinese name, pinyin initials. They are part of the vocabulary for good, so that no verb of today
 * takes a word that people will learn for something else.
 */
export const RESERVED: readonly (readonly string[])[] = [
  ['task', '任务', 'rw'],
  ['approve', '同意', 'ty'],
  ['reject', '驳回', 'bh'],
  ['send-back', '退回', 'th'],
  ['nudge', '催单', 'cd'],
  ['remind', '提醒', 'tx'],
  ['escalate', '升级', 'sj'],
  ['handover', '交班', 'jb'],
  ['canned', '话术', 'hs'],
  ['knowledge', '知识', 'zs'],
  ['stats', '统计', 'tj'],
  ['digest', '日报', 'rb'],
  ['rules', '规则', 'gz'],
  ['mine', '我的'],
];

/** Name, Chinese name, initials and promised aliases of the verbs there are. */
export const NOW_THERE: readonly (readonly string[])[] = [
  ['new', '新建', 'xj'],
  ['list', '列表', 'lb'],
  ['show', '查看', 'ck'],
  ['claim', '认领', 'rl', '我来'],
  ['next', '下一张', 'xyz', '取下一单', '下一单', '取单'],
  ['release', '放回', 'fh', '释放'],
  ['assign', '派给', 'pg', '指派'],
  ['transfer', '转给', 'zg', '转派'],
  ['decline', '不接', 'bj'],
  ['reply', '回复', 'hf'],
  ['told', '已回复', 'yhf'],
  ['note', '备注', 'bz'],
  ['reveal', '查看号码', 'ckhm'],
  ['pending', '挂起', 'gq', 'snooze'],
  ['resolve', '解决', 'jj'],
  ['close', '关闭', 'gb'],
  ['reopen', '重开', 'chk'],
  ['priority', '优先级', 'yxj'],
  ['category', '分类', 'fl'],
  ['tag', '标签', 'bq'],
  ['on', '上线', 'sx'],
  ['off', '下线', 'xx'],
  ['away', '午休', 'wx'],
  ['link', '绑定', 'bd'],
  ['join', '入组', 'rz'],
  ['resend', '补发', 'bf'],
  ['split', '拆分', 'cf'],
  ['merge', '合并', 'hb'],
  ['undo', '撤销', 'cx'],
  ['help', '帮助', '?'],
];
