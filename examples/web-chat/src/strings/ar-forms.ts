/** What is counted in Arabic, in its six forms. */

import type { Forms } from './words'

export const messages: Forms = {
  zero: 'لا رسائل جديدة',
  one: 'رسالة جديدة واحدة',
  two: 'رسالتان جديدتان',
  few: '# رسائل جديدة',
  many: '# رسالة جديدة',
  other: '# رسالة جديدة',
}

export const members: Forms = {
  zero: 'لا أعضاء',
  one: 'عضو واحد',
  two: 'عضوان',
  few: '# أعضاء',
  many: '# عضوًا',
  other: '# عضو',
}

export const images: Forms = {
  zero: 'لا صور',
  one: 'صورة واحدة',
  two: 'صورتان',
  few: '# صور',
  many: '# صورة',
  other: '# صورة',
}

export const files: Forms = {
  zero: 'لا ملفات',
  one: 'ملف واحد',
  two: 'ملفان',
  few: '# ملفات',
  many: '# ملفًا',
  other: '# ملف',
}

export const attachments: Forms = {
  zero: 'لا مرفقات',
  one: 'مرفق واحد',
  two: 'مرفقان',
  few: '# مرفقات',
  many: '# مرفقًا',
  other: '# مرفق',
}

export const reactions: Forms = {
  zero: 'لا تفاعلات',
  one: 'تفاعل واحد',
  two: 'تفاعلان',
  few: '# تفاعلات',
  many: '# تفاعلًا',
  other: '# تفاعل',
}
