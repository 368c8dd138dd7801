/** What went wrong, by its code, in German. */

import type { Strings } from '../../strings'

export const errors: Strings['errors'] = {
  network: 'Der Server ist nicht erreichbar. Prüfe deine Verbindung.',
  code_invalid: 'Der Code stimmt nicht. Sieh in die neueste Mail und versuche es noch einmal.',
  code_expired: 'Der Code ist abgelaufen. Fordere einen neuen an.',
  code_exhausted:
    'Zu viele falsche Versuche. Fordere einen neuen Code an oder nimm den Link in der Mail.',
  rate_limited: 'Zu viele Anfragen. Warte einen Moment und versuche es noch einmal.',
  login_locked: 'Zu viele falsche Codes für dieses Konto. Nimm den Link in der Mail oder warte.',
  draining: 'Der Server startet neu. Versuche es gleich noch einmal.',
  storage_full: 'Der Server hat keinen Platz mehr. Sein Betreiber muss das wissen.',
  forbidden: 'Du darfst hier nicht schreiben.',
  not_found: 'Diese Unterhaltung gibt es nicht mehr.',
  payload_too_large: 'Das ist zu groß zum Senden.',
  unsupported_media_type: 'Diese Art von Datei kann nicht gesendet werden.',
  image_invalid: 'Dieses Bild kann nicht gelesen werden. Vielleicht ist es beschädigt.',
  validation_failed: 'Der Server hat das nicht angenommen.',
  unauthenticated: 'Du wurdest abgemeldet.',
  session_revoked: 'Du wurdest abgemeldet.',
  internal: 'Der Server ist auf ein Problem gestoßen.',
  unavailable: 'Der Server ist ausgelastet. Versuche es gleich noch einmal.',
  blocked_by_you: 'Du hast diese Person blockiert.',
  unreachable: 'Diese Person ist nicht erreichbar.',
  not_reportable: 'Du kannst dich nicht selbst melden.',
  report_closed: 'Diese Meldung ist schon abgeschlossen.',
  edit_too_late: 'Diese Nachricht ist zu alt, um geändert zu werden.',
  message_deleted: 'Diese Nachricht wurde gelöscht.',
  message_is_event: 'Diese Zeile berichtet nur von einer Änderung.',
  group_full: 'Diese Gruppe ist voll.',
  too_many_pins: 'Hier sind zu viele Nachrichten angeheftet. Löse zuerst eine.',
  too_many_uploads: 'Es laufen zu viele Uploads zugleich. Warte, bis einer fertig ist.',
  upload_incomplete: 'Ein Teil der Datei fehlt. Versuche es noch einmal.',
  cancelled: 'Abgebrochen.',
}
