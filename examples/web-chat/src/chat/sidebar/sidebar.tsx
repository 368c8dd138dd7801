import { Tabs } from '@base-ui/react/tabs'
import { useMe } from '@relaychat/client/react'
import { Search } from 'lucide-react'
import { useEffect, useState } from 'react'
import { Link, useLocation } from 'wouter'
import { readStored, writeStored } from '../../platform/stored'
import { t } from '../../strings'
import { Avatar } from '../../ui/avatar'
import { ChatList } from './chat-list'
import { fromList } from './from-list'
import { PeopleList } from './people-list'

type Tab = 'chats' | 'people'

export function Sidebar({ unreadCount, onSearch }: { unreadCount: number; onSearch: () => void }) {
  const [path, navigate] = useLocation()
  const [tab, setTab] = useState<Tab>(() =>
    path === '/people' || readStored('sidebar') === 'people' ? 'people' : 'chats',
  )

  // The address wins over the memory where it names a tab.
  useEffect(() => {
    if (path === '/people') setTab('people')
  }, [path])

  const choose = (next: Tab) => {
    setTab(next)
    writeStored('sidebar', next)
    // Beside an open conversation the tabs are a matter of the list alone.
    if (path === '/' || path === '/people') {
      navigate(next === 'people' ? '/people' : '/', { replace: true })
    }
  }

  return (
    <nav
      aria-label={t.sidebar.label}
      className="flex h-full flex-col border-e border-line bg-panel pt-[env(safe-area-inset-top)]"
    >
      <Tabs.Root
        value={tab}
        onValueChange={value => choose(value === 'people' ? 'people' : 'chats')}
        className="flex min-h-0 flex-1 flex-col"
      >
        <Top onSearch={onSearch} />
        <Tabs.List className="relative mx-3 mb-2 grid grid-cols-2 rounded-xl bg-canvas p-1">
          <Tabs.Indicator className="absolute top-1 bottom-1 left-0 w-(--active-tab-width) translate-x-(--active-tab-left) rounded-lg bg-raised shadow-card transition-[translate,width] duration-200" />
          <TabButton value="chats" label={t.sidebar.chats} count={unreadCount} />
          <TabButton value="people" label={t.sidebar.people} />
        </Tabs.List>
        <Tabs.Panel
          value="chats"
          tabIndex={-1}
          className="flex min-h-0 flex-1 flex-col outline-none"
        >
          <ChatList onBrowsePeople={() => choose('people')} />
        </Tabs.Panel>
        <Tabs.Panel
          value="people"
          tabIndex={-1}
          className="flex min-h-0 flex-1 flex-col outline-none"
        >
          <PeopleList />
        </Tabs.Panel>
      </Tabs.Root>
    </nav>
  )
}

const searchKeys = /Mac|iPhone|iPad/u.test(navigator.userAgent) ? '⌘K' : 'Ctrl K'

function Top({ onSearch }: { onSearch: () => void }) {
  const me = useMe()
  return (
    <div className="flex items-center gap-2 px-3 pt-3 pb-2">
      <Link
        href="/profile"
        state={fromList}
        title={t.sidebar.profile}
        className="grid size-11 shrink-0 place-items-center rounded-full transition hover:brightness-110"
      >
        <span className="sr-only">{t.sidebar.profile}</span>
        {me !== null && <Avatar id={me.id} name={me.name} url={me.avatarUrl} size={38} />}
      </Link>
      <button
        type="button"
        onClick={onSearch}
        aria-keyshortcuts="Control+K Meta+K"
        className="flex h-11 min-w-0 flex-1 items-center gap-2.5 rounded-xl bg-canvas px-3.5 text-sm text-muted transition-colors hover:text-ink"
      >
        <Search aria-hidden className="size-[1.05rem] shrink-0" />
        <span className="flex-1 text-start">{t.sidebar.search}</span>
        <kbd aria-hidden className="hidden font-sans text-xs tracking-wide md:inline">
          {searchKeys}
        </kbd>
      </button>
    </div>
  )
}

function TabButton({ value, label, count = 0 }: { value: Tab; label: string; count?: number }) {
  return (
    <Tabs.Tab
      value={value}
      className="relative z-10 flex min-h-11 items-center justify-center gap-2 rounded-lg text-sm font-medium text-muted transition-colors select-none hover:text-ink data-active:text-ink forced-colors:data-active:border md:min-h-9"
    >
      {label}
      {count > 0 && (
        <span
          aria-hidden
          className="min-w-5 rounded-full bg-selected px-1.5 text-xs leading-5 font-semibold text-accent-text tabular-nums"
        >
          {count > 99 ? `${t.number(99)}+` : t.number(count)}
        </span>
      )}
    </Tabs.Tab>
  )
}
