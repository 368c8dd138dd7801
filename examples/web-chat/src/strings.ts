/**
 * Every word the page shows or speaks, in one place: a language is one more object of this shape.
 * Dates, times and numbers come from `Intl` (see `format/`), never from here.
 *
 * Accessible names that browser tests may rely on (role, name):
 *
 * - login: textbox "E-mail address", button "Continue"
 * - verify: textbox "Six-digit code", button "Resend code", link "Change e-mail",
 *   region "Development inbox", button "Use this code"
 * - welcome: dialog "What should people call you?", textbox "Your name", button "Save name"
 * - chat list: navigation "Conversations", tab "Chats", tab "People", list "Chats", list "People",
 *   button "Search", link "Your profile"
 * - search: dialog "Search", combobox "Search chats and people", option "<name>"
 * - conversation: main, heading "<title>", list "Messages", textbox "Message", button "Send",
 *   button "Attach images", button "Back to chats", button "Jump to newest"
 * - a message: listitem with the name "<who>, <time>, <text>, <state>"; own states are
 *   "waiting", "uploading", "sending", "sent", "delivered", "seen", "not sent"
 * - a failed message: button "Retry", button "Delete"
 * - an image: button "Open image …", dialog "Image viewer" with buttons "Next image",
 *   "Previous image", "Zoom in", "Zoom out", "Close" and the link "Download"
 * - a group: button "New group", dialog "New group" with textbox "Name of the group", checkbox "<name>",
 *   button "Create group …"; button "Show … members", dialog "Members"
 * - profile: textbox "Your name", button "Save name", button "Change picture", button "Remove picture",
 *   dialog "Crop your picture" with button "Save picture", button "Sign out", radiogroup "Theme",
 *   list "Sessions", button "End session …"
 * - connection: status "Connection" with the button "Retry now"
 */

const plurals = new Intl.PluralRules('en')
const numbers = new Intl.NumberFormat('en')
const conjunction = new Intl.ListFormat('en', { type: 'conjunction' })

function count(n: number, one: string, other: string): string {
  return `${numbers.format(n)} ${plurals.select(n) === 'one' ? one : other}`
}

export const en = {
  language: 'en',
  product: 'RelayChat',
  skipToContent: 'Skip to the conversation',
  close: 'Close',
  cancel: 'Cancel',
  retry: 'Retry',
  tryAgain: 'Try again',
  delete: 'Delete',
  back: 'Back',
  loading: 'Loading',
  somethingFailed: 'Something went wrong. Please try again.',

  title: (unread: number) => (unread > 0 ? `(${numbers.format(unread)}) RelayChat` : 'RelayChat'),

  login: {
    heading: 'Welcome',
    lead: 'Sign in with your e-mail address. No password: we send you a code.',
    email: 'E-mail address',
    placeholder: 'you@example.com',
    submit: 'Continue',
    submitting: 'Sending the code…',
    emptyEmail: 'Type your e-mail address.',
    badEmail: 'That does not look like an e-mail address. Check for a missing @ or dot.',
    ownServer: 'Your messages stay on this server.',
    linkOpening: 'Signing you in…',
    linkFailed: 'This link has expired or was used already. Ask for a new code.',
    signedOut: 'You have been signed out. Sign in to go on.',
  },

  verify: {
    heading: 'Check your inbox',
    lead: (masked: string) => `We sent a six-digit code to ${masked}.`,
    code: 'Six-digit code',
    changeEmail: 'Change e-mail',
    checking: 'Checking the code…',
    resend: 'Resend code',
    resendIn: (seconds: number) => `Resend code in ${seconds} s`,
    resendAnnounce: (seconds: number) =>
      `You can ask for a new code in ${count(seconds, 'second', 'seconds')}.`,
    resendReady: 'You can ask for a new code now.',
    resent: 'A new code is on its way.',
    linkHint: 'Or open the link in the mail on this device.',
    inbox: 'Development inbox',
    inboxHint: 'No mail server is set up, so the code is shown here. Only on this machine.',
    inboxUse: 'Use this code',
    inboxOpen: 'Open the inbox',
  },

  welcome: {
    heading: 'What should people call you?',
    lead: 'You can change it at any time in your profile.',
    later: 'Not now',
  },

  sidebar: {
    label: 'Conversations',
    chats: 'Chats',
    people: 'People',
    search: 'Search',
    profile: 'Your profile',
    you: 'You:',
    photo: 'Photo',
    photos: (n: number) => count(n, 'photo', 'photos'),
    unread: (n: number) => count(n, 'unread message', 'unread messages'),
    noMessages: 'No messages yet',
    emptyChats: 'No conversations yet',
    emptyChatsLead: 'Find somebody in People and say hello.',
    emptyChatsAction: 'Browse people',
    emptyPeople: 'Nobody else is here yet',
    emptyPeopleLead: 'Invite somebody: send them the address of this page.',
    emptyPeopleAction: 'Copy the address',
    copied: 'Copied',
    peopleFailed: 'People could not be loaded.',
    more: 'Show more',
    filterPeople: 'Find people by name or address',
    noMatch: (query: string) => `No one matches “${query}”`,
    clear: 'Clear the search',
    membersCount: (n: number) => count(n, 'member', 'members'),
  },

  group: {
    create: 'New group',
    heading: 'New group',
    name: 'Name of the group',
    people: 'Who belongs to it',
    find: 'Find people',
    none: 'Nobody found',
    submit: (n: number) => (n === 0 ? 'Create group' : `Create group of ${numbers.format(n + 1)}`),
    nameEmpty: 'A group needs a name.',
    nobody: 'Choose at least one person.',
    members: 'Members',
    show: (n: number) => `Show ${count(n, 'member', 'members')}`,
    you: (name: string) => `${name} (you)`,
    roles: { owner: 'Owner', admin: 'Administrator', member: '' },
  },

  palette: {
    heading: 'Search',
    field: 'Search chats and people',
    chats: 'Chats',
    people: 'People',
    hint: 'Type a name, or an exact e-mail address.',
    none: (query: string) => `Nothing found for “${query}”`,
    results: (n: number) => count(n, 'result', 'results'),
  },

  conversation: {
    backToChats: 'Back to chats',
    messages: 'Messages',
    online: 'online',
    lastSeen: (when: string) => `last seen ${when}`,
    offline: 'offline',
    typing: (names: readonly string[]) => {
      if (names.length === 0) return ''
      if (names.length === 1) return `${names[0]} is typing…`
      if (names.length === 2) return `${conjunction.format(names)} are typing…`
      return `${names[0]} and ${count(names.length - 1, 'other', 'others')} are typing…`
    },
    typingShort: 'typing…',
    unreadDivider: (n: number) => count(n, 'new message', 'new messages'),
    start: (title: string) => `This is the beginning of your conversation with ${title}.`,
    startGroup: (title: string) => `This is the beginning of ${title}.`,
    empty: 'Say hello',
    emptyLead: (title: string) => `You and ${title} have not written yet.`,
    emptyGroupLead: (title: string) => `Nobody has written in ${title} yet.`,
    emptyAction: 'Wave 👋',
    jumpToNewest: 'Jump to newest',
    jumpToNewestCount: (n: number) => `Jump to newest, ${count(n, 'new message', 'new messages')}`,
    pick: 'Pick a conversation',
    pickLead: 'Choose one on the left, or start a new one.',
    pickAction: 'Browse people',
    notFound: 'This conversation is not here',
    notFoundLead: 'It may have been deleted, or you are not one of its members.',
    notFoundAction: 'Back to your chats',
    loadFailed: 'Messages could not be loaded.',
    olderFailed: 'Older messages could not be loaded.',
    newMessageFrom: (name: string, text: string) => `${name}: ${text}`,
    newMessages: (n: number) => count(n, 'new message', 'new messages'),
    actions: 'Message actions',
    copy: 'Copy text',
    seenBy: (names: readonly string[]) => `Seen by ${conjunction.format(names)}`,
  },

  message: {
    you: 'You',
    label: (parts: readonly string[]) => parts.filter(part => part !== '').join(', '),
    images: (n: number) => count(n, 'image', 'images'),
    states: {
      queued: 'waiting',
      uploading: 'uploading',
      sending: 'sending',
      sent: 'sent',
      delivered: 'delivered',
      read: 'seen',
      failed: 'not sent',
    },
    uploading: (percent: number) => `Uploading, ${percent} %`,
    cancelUpload: 'Cancel upload',
    notSent: 'Not sent',
    showMore: 'Show more',
    showLess: 'Show less',
  },

  image: {
    open: (name: string) => `Open image ${name}`,
    alt: (sender: string, name: string) =>
      name === '' ? `Image from ${sender}` : `${name}, image from ${sender}`,
    failed: 'The image could not be loaded',
    viewer: 'Image viewer',
    next: 'Next image',
    previous: 'Previous image',
    zoomIn: 'Zoom in',
    zoomOut: 'Zoom out',
    download: 'Download',
    position: (index: number, total: number) => `${index} of ${total}`,
  },

  composer: {
    label: 'Message',
    placeholder: 'Write a message',
    caption: 'Add a caption',
    send: 'Send',
    attach: 'Attach images',
    drop: 'Drop images to send them',
    remove: (name: string) => `Remove ${name}`,
    selected: 'Selected images',
    tooLarge: (name: string, limit: string) => `${name} is too large: the limit is ${limit}.`,
    wrongType: (name: string, types: string) => `${name} cannot be sent: choose ${types}.`,
    tooMany: (limit: number) => `You can send ${count(limit, 'image', 'images')} at once.`,
    textTooLong: (over: number) => `Too long by ${count(over, 'byte', 'bytes')}.`,
  },

  connection: {
    label: 'Connection',
    connecting: 'Connecting…',
    reconnecting: 'Connection lost',
    retryIn: (seconds: number) => `retry in ${seconds} s`,
    retryingNow: 'retrying…',
    offline: 'You are offline. Messages are sent when you are back.',
    retryNow: 'Retry now',
    closed: 'RelayChat has stopped working on this page.',
    reload: 'Reload',
    back: 'Connected again',
  },

  profile: {
    heading: 'Profile',
    name: 'Your name',
    saveName: 'Save name',
    saved: 'Saved',
    nameEmpty: 'A name needs at least one letter.',
    nameHint: 'People see it beside your messages.',
    email: 'E-mail address',
    picture: 'Picture',
    changePicture: 'Change picture',
    removePicture: 'Remove picture',
    pictureSaved: 'Picture saved',
    pictureRemoved: 'Picture removed',
    crop: 'Crop your picture',
    cropLead: 'Drag to move. Use the slider or the arrow keys to fit.',
    cropArea: 'Picture position',
    zoom: 'Zoom',
    savePicture: 'Save picture',
    badPicture: 'That file is not a picture that this browser can read.',
    appearance: 'Appearance',
    theme: 'Theme',
    themes: { dark: 'Dark', light: 'Light', system: 'System' },
    sessions: 'Sessions',
    sessionsLead: 'Where you are signed in.',
    current: 'This device',
    unnamedDevice: 'Unnamed device',
    lastUsed: (when: string) => `Last used ${when}`,
    endSession: 'End session',
    endSessionOf: (device: string) => `End session ${device}`,
    sessionsFailed: 'Sessions could not be loaded.',
    signOut: 'Sign out',
    signingOut: 'Signing out…',
  },

  notFound: {
    heading: 'Nothing here',
    lead: 'The address does not lead anywhere.',
    action: 'Go to your chats',
  },
  fatal: {
    heading: 'RelayChat ran into a problem',
    lead: 'Your messages are safe on the server. Reload the page to go on.',
  },

  /** What went wrong, by the stable code of the protocol's glossary. */
  errors: {
    network: 'The server cannot be reached. Check your connection.',
    code_invalid: 'That code is not right. Check the newest mail and try again.',
    code_expired: 'That code has expired. Ask for a new one.',
    code_exhausted: 'Too many wrong tries. Ask for a new code, or use the link in the mail.',
    rate_limited: 'Too many requests. Wait a moment and try again.',
    login_locked: 'Too many wrong codes for this account. Use the link in the mail, or wait.',
    draining: 'The server is restarting. Try again in a moment.',
    storage_full: 'The server has no room left. Its operator needs to know.',
    forbidden: 'You are not allowed to write here.',
    not_found: 'This conversation does not exist any more.',
    payload_too_large: 'This is too large to send.',
    unsupported_media_type: 'This kind of file cannot be sent.',
    image_invalid: 'This image cannot be read. It may be damaged.',
    validation_failed: 'The server did not accept this.',
    unauthenticated: 'You have been signed out.',
    session_revoked: 'You have been signed out.',
    internal: 'The server ran into a problem.',
    unavailable: 'The server is busy. Try again in a moment.',
    cancelled: 'Cancelled.',
  } as Readonly<Record<string, string>>,
  tryAgainIn: (wait: string) => `Try again in ${wait}.`,
}

export type Strings = typeof en

/** The strings of this page. */
export const t: Strings = en

/** A sentence for a person about something that failed. */
export function describeError(error: unknown): string {
  const code =
    typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : ''
  // The words of the application that the chat belongs to, meant for people.
  if (code === 'rejected' && error instanceof Error && error.message !== '') return error.message
  return t.errors[code] ?? t.somethingFailed
}
