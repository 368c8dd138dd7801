/** Arabic, which is written from right to left and counts in six forms. */

import type { Strings } from '../strings'
import { type Forms, wordsOf } from './words'

const messages: Forms = {
  zero: 'لا رسائل جديدة',
  one: 'رسالة جديدة واحدة',
  two: 'رسالتان جديدتان',
  few: '# رسائل جديدة',
  many: '# رسالة جديدة',
  other: '# رسالة جديدة',
}

const members: Forms = {
  zero: 'لا أعضاء',
  one: 'عضو واحد',
  two: 'عضوان',
  few: '# أعضاء',
  many: '# عضوًا',
  other: '# عضو',
}

const images: Forms = {
  zero: 'لا صور',
  one: 'صورة واحدة',
  two: 'صورتان',
  few: '# صور',
  many: '# صورة',
  other: '# صورة',
}

export function arabic(locale: string): Strings {
  const { count, list, number } = wordsOf(locale)
  return {
    language: 'ar',
    direction: 'rtl',
    number,
    product: 'RelayChat',
    skipToContent: 'الانتقال إلى المحادثة',
    close: 'إغلاق',
    cancel: 'إلغاء',
    retry: 'إعادة المحاولة',
    tryAgain: 'حاول مرة أخرى',
    delete: 'حذف',
    back: 'رجوع',
    loading: 'جارٍ التحميل',
    somethingFailed: 'حدث خطأ ما. حاول مرة أخرى.',

    title: unread => (unread > 0 ? `(${number(unread)}) RelayChat` : 'RelayChat'),

    login: {
      heading: 'مرحبًا',
      lead: 'سجّل الدخول ببريدك الإلكتروني. بلا كلمة مرور: نرسل إليك رمزًا.',
      email: 'البريد الإلكتروني',
      placeholder: 'you@example.com',
      submit: 'متابعة',
      submitting: 'جارٍ إرسال الرمز…',
      emptyEmail: 'اكتب بريدك الإلكتروني.',
      badEmail: 'لا يبدو هذا عنوان بريد إلكتروني. تحقّق من علامة @ أو النقطة.',
      ownServer: 'تبقى رسائلك على هذا الخادم.',
      linkOpening: 'جارٍ تسجيل دخولك…',
      linkFailed: 'انتهت صلاحية هذا الرابط أو استُخدم من قبل. اطلب رمزًا جديدًا.',
      signedOut: 'سُجّل خروجك. سجّل الدخول للمتابعة.',
    },

    verify: {
      heading: 'تفقّد بريدك',
      lead: masked => `أرسلنا رمزًا من ستة أرقام إلى \u2068${masked}\u2069.`,
      code: 'رمز من ستة أرقام',
      changeEmail: 'تغيير البريد',
      checking: 'جارٍ التحقق من الرمز…',
      resend: 'إعادة إرسال الرمز',
      resendIn: seconds => `إعادة الإرسال خلال ${number(seconds)} ث`,
      resendAnnounce: seconds =>
        `يمكنك طلب رمز جديد بعد ${count(seconds, { one: 'ثانية واحدة', two: 'ثانيتين', few: '# ثوانٍ', many: '# ثانية', other: '# ثانية' })}.`,
      resendReady: 'يمكنك طلب رمز جديد الآن.',
      resent: 'رمز جديد في الطريق إليك.',
      linkHint: 'أو افتح الرابط الموجود في الرسالة على هذا الجهاز.',
      inbox: 'بريد التطوير',
      inboxHint: 'لم يُضبط خادم بريد، لذا يظهر الرمز هنا، وعلى هذا الجهاز فقط.',
      inboxUse: 'استخدام هذا الرمز',
      inboxOpen: 'فتح البريد',
    },

    welcome: {
      heading: 'بماذا نناديك؟',
      lead: 'يمكنك تغييره في أي وقت من ملفك الشخصي.',
      later: 'ليس الآن',
    },

    sidebar: {
      label: 'المحادثات',
      chats: 'الدردشات',
      people: 'الأشخاص',
      search: 'بحث',
      profile: 'ملفك الشخصي',
      you: 'أنت:',
      photo: 'صورة',
      photos: n => count(n, images),
      unread: n =>
        count(n, {
          zero: 'لا رسائل غير مقروءة',
          one: 'رسالة غير مقروءة',
          two: 'رسالتان غير مقروءتين',
          few: '# رسائل غير مقروءة',
          many: '# رسالة غير مقروءة',
          other: '# رسالة غير مقروءة',
        }),
      noMessages: 'لا رسائل بعد',
      emptyChats: 'لا محادثات بعد',
      emptyChatsLead: 'ابحث عن شخص في «الأشخاص» وألقِ التحية.',
      emptyChatsAction: 'تصفّح الأشخاص',
      emptyPeople: 'لا أحد هنا بعد',
      emptyPeopleLead: 'ادعُ أحدًا: أرسل إليه عنوان هذه الصفحة.',
      emptyPeopleAction: 'نسخ العنوان',
      copied: 'تم النسخ',
      peopleFailed: 'تعذّر تحميل الأشخاص.',
      more: 'عرض المزيد',
      filterPeople: 'ابحث بالاسم أو العنوان',
      noMatch: query => `لا أحد يطابق «${query}»`,
      clear: 'مسح البحث',
      membersCount: n => count(n, members),
    },

    group: {
      create: 'مجموعة جديدة',
      heading: 'مجموعة جديدة',
      name: 'اسم المجموعة',
      people: 'أعضاؤها',
      find: 'ابحث عن أشخاص',
      none: 'لم يُعثر على أحد',
      submit: n => (n === 0 ? 'إنشاء المجموعة' : `إنشاء مجموعة من ${number(n + 1)}`),
      nameEmpty: 'تحتاج المجموعة إلى اسم.',
      nobody: 'اختر شخصًا واحدًا على الأقل.',
      members: 'الأعضاء',
      show: n => `عرض ${count(n, members)}`,
      you: name => `\u2068${name}\u2069 (أنت)`,
      roles: { owner: 'المالك', admin: 'مشرف', member: '' },
    },

    palette: {
      heading: 'بحث',
      field: 'ابحث في الدردشات والأشخاص',
      chats: 'الدردشات',
      people: 'الأشخاص',
      hint: 'اكتب اسمًا، أو عنوان بريد إلكتروني كاملًا.',
      none: query => `لا نتائج لـ «${query}»`,
      results: n =>
        count(n, {
          zero: 'لا نتائج',
          one: 'نتيجة واحدة',
          two: 'نتيجتان',
          few: '# نتائج',
          many: '# نتيجة',
          other: '# نتيجة',
        }),
    },

    conversation: {
      backToChats: 'العودة إلى الدردشات',
      messages: 'الرسائل',
      online: 'متصل الآن',
      lastSeen: when => `آخر ظهور ${when}`,
      offline: 'غير متصل',
      typing: names => {
        if (names.length === 0) return ''
        if (names.length === 1) return `\u2068${names[0]}\u2069 يكتب…`
        if (names.length === 2) return `${list(names)} يكتبان…`
        const others = count(names.length - 1, {
          one: 'شخص آخر',
          two: 'شخصان آخران',
          few: '# آخرون',
          many: '# آخرون',
          other: '# آخرون',
        })
        return `\u2068${names[0]}\u2069 و${others} يكتبون…`
      },
      typingShort: 'يكتب…',
      unreadDivider: n => count(n, messages),
      start: title => `هذه بداية محادثتك مع \u2068${title}\u2069.`,
      startGroup: title => `هذه بداية \u2068${title}\u2069.`,
      empty: 'ألقِ التحية',
      emptyLead: title => `لم تتراسل مع \u2068${title}\u2069 بعد.`,
      emptyGroupLead: title => `لم يكتب أحد في \u2068${title}\u2069 بعد.`,
      emptyAction: 'تلويحة 👋',
      jumpToNewest: 'الانتقال إلى الأحدث',
      jumpToNewestCount: n => `الانتقال إلى الأحدث، ${count(n, messages)}`,
      pick: 'اختر محادثة',
      pickLead: 'اختر واحدة من القائمة أو ابدأ محادثة جديدة.',
      pickAction: 'تصفّح الأشخاص',
      hello: name => `مرحبًا \u2068${name}\u2069`,
      helloLead: 'ستظهر محادثاتك هنا. ادعُ أحدًا: أرسل إليه عنوان هذه الصفحة.',
      notFound: 'هذه المحادثة ليست هنا',
      notFoundLead: 'ربما حُذفت، أو أنك لست من أعضائها.',
      notFoundAction: 'العودة إلى دردشاتك',
      loadFailed: 'تعذّر تحميل الرسائل.',
      olderFailed: 'تعذّر تحميل الرسائل الأقدم.',
      newMessageFrom: (name, text) => `\u2068${name}\u2069: ${text}`,
      newMessages: n => count(n, messages),
      actions: 'إجراءات الرسالة',
      copy: 'نسخ النص',
      seenBy: names => `شاهدها ${list(names)}`,
    },

    message: {
      you: 'أنت',
      label: parts => parts.filter(part => part !== '').join('، '),
      images: n => count(n, images),
      states: {
        queued: 'في الانتظار',
        uploading: 'جارٍ الرفع',
        sending: 'جارٍ الإرسال',
        sent: 'أُرسلت',
        delivered: 'وصلت',
        read: 'شوهدت',
        failed: 'لم تُرسل',
      },
      uploading: percent => `جارٍ الرفع، ${number(percent)}٪`,
      cancelUpload: 'إلغاء الرفع',
      notSent: 'لم تُرسل',
      showMore: 'عرض المزيد',
      showLess: 'عرض أقل',
    },

    image: {
      open: name => `فتح الصورة ${name}`,
      alt: (sender, name) =>
        name === ''
          ? `صورة من \u2068${sender}\u2069`
          : `\u2068${name}\u2069، صورة من \u2068${sender}\u2069`,
      failed: 'تعذّر تحميل الصورة',
      viewer: 'عارض الصور',
      next: 'الصورة التالية',
      previous: 'الصورة السابقة',
      zoomIn: 'تكبير',
      zoomOut: 'تصغير',
      download: 'تنزيل',
      position: (index, total) => `${number(index)} من ${number(total)}`,
    },

    composer: {
      label: 'رسالة',
      placeholder: 'اكتب رسالة',
      caption: 'أضف تعليقًا',
      send: 'إرسال',
      attach: 'إرفاق صور',
      drop: 'أفلت الصور لإرسالها',
      remove: name => `إزالة \u2068${name}\u2069`,
      selected: 'الصور المختارة',
      tooLarge: (name, limit) => `\u2068${name}\u2069 كبيرة جدًا: الحد ${limit}.`,
      wrongType: (name, types) => `لا يمكن إرسال \u2068${name}\u2069: اختر \u2068${types}\u2069.`,
      tooMany: limit => `الحد في المرة الواحدة: ${count(limit, images)}.`,
      textTooLong: over =>
        `أطول من المسموح بمقدار ${count(over, { one: 'بايت واحد', two: 'بايتين', few: '# بايتات', many: '# بايتًا', other: '# بايت' })}.`,
    },

    connection: {
      label: 'الاتصال',
      connecting: 'جارٍ الاتصال…',
      reconnecting: 'انقطع الاتصال',
      retryIn: seconds => `إعادة المحاولة خلال ${number(seconds)} ث`,
      retryingNow: 'جارٍ إعادة المحاولة…',
      offline: 'أنت غير متصل. تُرسل الرسائل عند عودتك.',
      retryNow: 'حاول الآن',
      closed: 'توقّف RelayChat في هذه الصفحة.',
      reload: 'إعادة التحميل',
      back: 'عاد الاتصال',
    },

    storage: {
      heading: 'على هذا الجهاز',
      durable: 'محادثاتك محفوظة في هذا المتصفح، فتُفتح حتى بلا شبكة.',
      memoryOnly:
        'لا يحتفظ هذا المتصفح بشيء، كما في النافذة الخاصة. تُحمَّل المحادثات من جديد كل مرة.',
      lost: 'لا يستطيع هذا المتصفح حفظ شيء الآن. الأرجح أن مساحة الجهاز امتلأت.',
      warning: 'لا مساحة لحفظ الرسائل على هذا الجهاز. اترك هذه الصفحة مفتوحة حتى يُرسل كل شيء.',
      used: size => `المستخدم: ${size}`,
    },

    notices: {
      heading: 'الإشعارات',
      on: 'الإشعارات مفعّلة. تظهر حين لا تنظر إلى هذه الصفحة.',
      off: 'اعرف بالرسائل الجديدة حين لا تنظر إلى هذه الصفحة.',
      turnOn: 'تفعيل',
      turnOff: 'إيقاف',
      denied: 'لا يسمح هذا المتصفح بالإشعارات هنا. يمكنك تغيير ذلك في إعداداته لهذه الصفحة.',
    },

    profile: {
      heading: 'الملف الشخصي',
      name: 'اسمك',
      saveName: 'حفظ الاسم',
      saved: 'تم الحفظ',
      nameEmpty: 'يحتاج الاسم إلى حرف واحد على الأقل.',
      nameHint: 'يراه الآخرون بجانب رسائلك.',
      email: 'البريد الإلكتروني',
      picture: 'الصورة',
      changePicture: 'تغيير الصورة',
      removePicture: 'إزالة الصورة',
      pictureSaved: 'حُفظت الصورة',
      pictureRemoved: 'أُزيلت الصورة',
      crop: 'قصّ صورتك',
      cropLead: 'اسحب للتحريك. استخدم شريط التمرير أو مفاتيح الأسهم للضبط.',
      cropArea: 'موضع الصورة',
      zoom: 'التكبير',
      savePicture: 'حفظ الصورة',
      badPicture: 'هذا الملف ليس صورة يستطيع المتصفح قراءتها.',
      language: 'اللغة',
      systemLanguage: 'كما في المتصفح',
      appearance: 'المظهر',
      theme: 'السمة',
      themes: { dark: 'داكن', light: 'فاتح', system: 'النظام' },
      sessions: 'الجلسات',
      sessionsLead: 'الأجهزة التي سجّلت الدخول منها.',
      current: 'هذا الجهاز',
      unnamedDevice: 'جهاز بلا اسم',
      lastUsed: when => `آخر استخدام ${when}`,
      endSession: 'إنهاء الجلسة',
      endSessionOf: device => `إنهاء الجلسة \u2068${device}\u2069`,
      sessionsFailed: 'تعذّر تحميل الجلسات.',
      signOut: 'تسجيل الخروج',
      signingOut: 'جارٍ تسجيل الخروج…',
    },

    notFound: {
      heading: 'لا شيء هنا',
      lead: 'لا يؤدي هذا العنوان إلى أي صفحة.',
      action: 'إلى دردشاتك',
    },
    fatal: {
      heading: 'واجه RelayChat مشكلة',
      lead: 'رسائلك آمنة على الخادم. أعد تحميل الصفحة للمتابعة.',
    },

    errors: {
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
      cancelled: 'أُلغي.',
    },
    tryAgainIn: wait => `حاول مرة أخرى بعد ${wait}.`,
  }
}
