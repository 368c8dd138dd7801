/** What went wrong, by its code, in Arabic. */

import type { Strings } from '../../strings'

export const errors: Strings['errors'] = {
  network: 'تعذّر الوصول إلى الخادم. تحقّق من اتصالك.',
  code_invalid: 'الرمز غير صحيح. تفقّد أحدث رسالة وحاول مرة أخرى.',
  code_expired: 'انتهت صلاحية الرمز. اطلب رمزًا جديدًا.',
  code_exhausted: 'محاولات خاطئة كثيرة. اطلب رمزًا جديدًا، أو استخدم الرابط في الرسالة.',
  rate_limited: 'طلبات كثيرة. انتظر لحظة ثم حاول مرة أخرى.',
  login_locked: 'رموز خاطئة كثيرة لهذا الحساب. استخدم الرابط في الرسالة، أو انتظر.',
  draining: 'يُعاد تشغيل الخادم. حاول مرة أخرى بعد لحظة.',
  storage_full: 'لم تبقَ مساحة على الخادم. يجب أن يعلم مشغّله بذلك.',
  forbidden: 'لا يُسمح لك بالكتابة هنا.',
  not_found: 'لم تعد هذه المحادثة موجودة.',
  payload_too_large: 'هذا أكبر من أن يُرسل.',
  unsupported_media_type: 'لا يمكن إرسال هذا النوع من الملفات.',
  image_invalid: 'تعذّرت قراءة هذه الصورة. ربما تكون تالفة.',
  validation_failed: 'لم يقبل الخادم هذا.',
  unauthenticated: 'سُجّل خروجك.',
  session_revoked: 'سُجّل خروجك.',
  internal: 'واجه الخادم مشكلة.',
  unavailable: 'الخادم مشغول. حاول مرة أخرى بعد لحظة.',
  blocked_by_you: 'لقد حظرت هذا الشخص.',
  unreachable: 'لا يمكن الوصول إلى هذا الشخص.',
  not_reportable: 'لا يمكنك الإبلاغ عن نفسك.',
  report_closed: 'أُغلق هذا البلاغ بالفعل.',
  edit_too_late: 'مضى على هذه الرسالة وقت أطول من أن تُعدّل.',
  message_deleted: 'حُذفت هذه الرسالة.',
  message_is_event: 'هذا السطر يخبر عن تغيير فحسب.',
  group_full: 'هذه المجموعة ممتلئة.',
  too_many_pins: 'عدد الرسائل المثبتة هنا بلغ الحد. ألغِ تثبيت إحداها أولًا.',
  cancelled: 'أُلغي.',
}
