/** What is said around a report, in German. */

import type { Strings } from '../../strings'

export const reports: Strings['reports'] = {
  report: 'Melden …',
  ofMessage: 'Diese Nachricht melden?',
  ofPerson: name => `${name} melden?`,
  lead: name => `Nur wer diesen Dienst betreibt, erfährt davon. ${name} nicht.`,
  leadWithCopy: name =>
    `Wer diesen Dienst betreibt, bekommt eine Kopie davon. ${name} erfährt nichts.`,
  reason: 'Was stimmt nicht?',
  reasons: {
    spam: 'Spam oder Betrug',
    harassment: 'Belästigung oder Hass',
    violence: 'Gewalt oder Drohungen',
    self_harm: 'Jemand könnte sich etwas antun',
    illegal: 'Etwas Verbotenes',
    other: 'Etwas anderes',
  },
  note: 'Was ist noch wichtig? (freiwillig)',
  alsoBlock: name => `${name} auch blockieren`,
  choose: 'Wähle aus, was nicht stimmt.',
  send: 'Melden',
  done: 'Danke',
  doneLead: 'Deine Meldung wurde gesendet und wird angesehen.',
}
