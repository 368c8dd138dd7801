/** What is said around a report, in English. */

export const reports = {
  report: 'Report…',
  ofMessage: 'Report this message?',
  ofPerson: (name: string) => `Report ${name}?`,
  lead: (name: string) => `Only those who run this service learn of it. ${name} is not told.`,
  leadWithCopy: (name: string) =>
    `Those who run this service get a copy of it. ${name} is not told.`,
  reason: 'What is wrong?',
  reasons: {
    spam: 'Spam or fraud',
    harassment: 'Harassment or hate',
    violence: 'Violence or threats',
    self_harm: 'Someone may harm themselves',
    illegal: 'Something illegal',
    other: 'Something else',
  },
  note: 'What else should they know? (optional)',
  alsoBlock: (name: string) => `Also block ${name}`,
  choose: 'Choose what is wrong.',
  send: 'Report',
  done: 'Thank you',
  doneLead: 'Your report has been sent and will be looked at.',
}
