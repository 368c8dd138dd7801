/** What is said around a report, in Japanese. */

import type { Strings } from '../../strings'

export const reports: Strings['reports'] = {
  report: '報告…',
  ofMessage: 'このメッセージを報告しますか？',
  ofPerson: name => `${name}さんを報告しますか？`,
  lead: name => `このサービスの運営者だけに伝わります。${name}さんには通知されません。`,
  leadWithCopy: name => `このサービスの運営者にコピーが送られます。${name}さんには通知されません。`,
  reason: '何が問題ですか？',
  reasons: {
    spam: 'スパムまたは詐欺',
    harassment: '嫌がらせまたはヘイト',
    violence: '暴力または脅迫',
    self_harm: '自傷のおそれ',
    illegal: '違法行為',
    other: 'その他',
  },
  note: 'ほかに伝えたいこと（任意）',
  alsoBlock: name => `${name}さんをブロックする`,
  choose: '問題の内容を選んでください。',
  send: '報告する',
  done: 'ありがとうございます',
  doneLead: '報告を送信しました。内容は確認されます。',
}
