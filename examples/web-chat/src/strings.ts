/**
 * Every word the page shows or speaks: a language is one more file in `strings/`, of the shape of the
 * English one. Dates, times and numbers come from `Intl` (see `format/`), never from here. Which
 * language it is decides `platform/language.ts`.
 *
 * Accessible names that browser tests may rely on (role, name), in English:
 *
 * - login: textbox "E-mail address", button "Continue"
 * - verify: textbox "Six-digit code", button "Resend code", link "Change e-mail",
 *   region "Development inbox", button "Use this code"
 * - welcome: dialog "What should people call you?", textbox "Your name", button "Save name"
 * - chat list: navigation "Conversations", tab "Chats", tab "People", list "Chats", list "People",
 *   button "Search", link "Your profile"
 * - search: dialog "Search", combobox "Search chats, people and messages", option "<name>"
 * - conversation: main, heading "<title>", list "Messages", textbox "Message", button "Send",
 *   button "Attach files", button "Emoji", button "Back to chats", button "Jump to newest"
 * - the picker: dialog "Emoji", combobox "Search emoji", option "<name>", button "Skin tone"
 * - what one can do with a message: menu "Message actions" with menuitem "React with <emoji>", "More emoji",
 *   "Reply", "Edit", "Copy text", "Reactions", "Seen by", "Delete"; dialog "Delete this message?"; while
 *   answering or editing, button "Do not reply" or "Stop editing", and "Save changes" instead of "Send"
 * - what one can do with a chat: menu "Chat actions" with menuitem "Pin", "Mute", "Mark as unread", "Archive"
 * - in a chat: button "Search in this chat", search of that name with list "Messages found"
 * - a message: listitem with the name "<who>, <time>, <text>, <state>"; own states are
 *   "waiting", "uploading", "sending", "sent", "delivered", "seen", "not sent"
 * - a failed message: button "Retry", button "Delete"
 * - an image: button "Open image …", dialog "Image viewer" with buttons "Next image",
 *   "Previous image", "Zoom in", "Zoom out", "Close" and the link "Download"
 * - a voice message: button "Record a voice message"; then "Delete the recording", timer, "Send the voice message";
 *   a sound: buttons "Play" or "Pause", "Speed …", slider "Position"
 * - a group: button "New group", dialog "New group" with textbox "Name of the group", checkbox "<name>",
 *   button "Create group …"; button "Show … members", dialog
 *   "About this group" with list "Members", button "Add people", button "Actions for <name>", menu items,
 *   button "Leave the group", comboboxes "Who may write" and "Who may add people"; button "Invite with a link",
 *   dialog and list of that name, comboboxes "Valid for" and "Can be used", buttons "Make a link",
 *   "Copy the link", "Revoke the link"
 * - an invitation: heading "You are invited" or "This link leads nowhere", button "Join the group" or
 *   "Open the group"
 * - while one types a name behind an @: listbox "People to mention" with option "<name>"
 * - profile: textbox "Your name", button "Save name", button "Change picture", button "Remove picture",
 *   dialog "Crop your picture" with button "Save picture", button "Sign out", radiogroup "Theme",
 *   combobox "Language", list "Sessions", button "End session …", buttons "Turn on" and "Turn off" of "Notifications"
 * - connection: status "Connection" with the button "Retry now"
 */

import { english } from './strings/en'

export type Strings = ReturnType<typeof english>

/** The strings of this page. Read while rendering, never kept: the reader may choose another language. */
export let t: Strings = english('en')

/** From now on the page speaks so. What is on it has to be drawn anew. */
export function speak(strings: Strings): void {
  t = strings
}

/** A sentence for a person about something that failed. */
export function describeError(error: unknown): string {
  const code =
    typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : ''
  // The words of the application that the chat belongs to, meant for people.
  if (code === 'rejected' && error instanceof Error && error.message !== '') return error.message
  const known: Readonly<Record<string, string>> = t.errors
  return known[code] ?? t.somethingFailed
}
