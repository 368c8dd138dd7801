/** What is said around a report, in Arabic. */

import type { Strings } from '../../strings'

export const reports: Strings['reports'] = {
  report: 'إبلاغ…',
  ofMessage: 'هل تريد الإبلاغ عن هذه الرسالة؟',
  ofPerson: name => `هل تريد الإبلاغ عن ${name}؟`,
  lead: name => `لا يعلم بذلك إلا القائمون على هذه الخدمة. لن يُبلَّغ ${name}.`,
  leadWithCopy: name => `يحصل القائمون على هذه الخدمة على نسخة منها. لن يُبلَّغ ${name}.`,
  reason: 'ما المشكلة؟',
  reasons: {
    spam: 'رسائل مزعجة أو احتيال',
    harassment: 'مضايقة أو كراهية',
    violence: 'عنف أو تهديد',
    self_harm: 'قد يؤذي شخصٌ نفسه',
    illegal: 'أمر غير قانوني',
    other: 'شيء آخر',
  },
  note: 'ماذا ينبغي أن يعرفوا أيضًا؟ (اختياري)',
  alsoBlock: name => `حظر ${name} أيضًا`,
  choose: 'اختر المشكلة.',
  send: 'إبلاغ',
  done: 'شكرًا لك',
  doneLead: 'أُرسل بلاغك وسيُنظر فيه.',
}
