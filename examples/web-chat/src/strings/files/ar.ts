/** What is said around the images and files of a chat, in Arabic. */

export const files = {
  heading: 'الصور والملفات',
  kinds: { image: 'الصور', file: 'الملفات' },
  none: { image: 'لا صور بعد', file: 'لا ملفات بعد' },
  failed: 'تعذّر تحميلها.',
  goTo: (name: string) => `الانتقال إلى الرسالة التي فيها ${name}`,
  sentBy: (name: string) => `أرسلها ${name}`,
}
