/** What is said around the images and files of a chat, in German. */

export const files = {
  heading: 'Bilder und Dateien',
  kinds: { image: 'Bilder', file: 'Dateien' },
  none: { image: 'Noch keine Bilder', file: 'Noch keine Dateien' },
  failed: 'Sie konnten nicht geladen werden.',
  goTo: (name: string) => `Zur Nachricht mit ${name}`,
  sentBy: (name: string) => `Gesendet von ${name}`,
}
