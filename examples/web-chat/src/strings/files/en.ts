/** What is said around the images and files of a chat, in English. */

export const files = {
  heading: 'Images and files',
  kinds: { image: 'Images', file: 'Files' },
  none: { image: 'No images yet', file: 'No files yet' },
  failed: 'They could not be loaded.',
  goTo: (name: string) => `Go to the message with ${name}`,
  sentBy: (name: string) => `Sent by ${name}`,
}
