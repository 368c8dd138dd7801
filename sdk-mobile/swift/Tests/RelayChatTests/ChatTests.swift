import Foundation
import RelayChat
import Testing

@Suite struct ChatTests {
    @Test func twoPeopleTalkAndSeeEachOther() async throws {
        let (ada, bob) = (try await Person.new("ada"), try await Person.new("bob"))
        let (hers, his) = try await ada.chat(with: bob)
        let sent = hers.send(.text("hello"))
        #expect(hers.timeline().value.texts == ["hello"], "the echo is there at once")
        let message = try await sent.delivered()
        #expect(message.seq == 1)
        #expect(message.id == sent.id)

        let timeline = his.timeline()
        try await first("the message", in: timeline) { $0.texts == ["hello"] ? true : nil }
        his.markRead(upTo: 1)
        let ticks = hers.timeline()
        try await first("that it was read", in: ticks) {
            $0.last?.message?.state == .read ? true : nil
        }
        his.setTyping(true)
        let typing = try await first("typing", in: hers.summary) { state in
            state.found.flatMap { $0.typing.isEmpty ? nil : $0.typing }
        }
        #expect(typing.map(\.id) == [bob.id])
        await ada.close()
        await bob.close()
    }

    @Test func aListOfChatsIsTheWholeListEachTime() async throws {
        let (ada, bob, eve) = (
            try await Person.new("ada"), try await Person.new("bob"), try await Person.new("eve")
        )
        let group = try await ada.client.chats.createGroup(named: "Everybody", with: [bob.id, eve.id])
        let direct = try await ada.client.chats.openDirect(with: bob.id)
        let ids = try await first("both chats", in: bob.client.chats) { chats in
            chats.count == 2 ? chats.map(\.id) : nil
        }
        #expect(Set(ids) == [group.id, direct.id])
        try await group.send(.text("to all")).delivered()
        let state = try await first("the message on top", in: bob.client.chats.state) { state in
            state.items.first?.lastMessage?.text == "to all" && state.unreadCount == 1 ? state : nil
        }
        #expect(state.items.map(\.title).contains("Everybody"))
        #expect(!state.isLoading && !state.hasMore)
        try await bob.client.chats.loadMore()
        let total = try await ada.client.chats.unreadTotal()
        #expect(total.unreadCount == 0 && total.unreadChatCount == 0)
        let members = try await first("all members", in: group.members) { members in
            members.count == 3 ? members : nil
        }
        #expect(members.first { $0.id == ada.id }?.role == .owner)
        for person in [ada, bob, eve] { await person.close() }
    }

    @Test func aChatThatDoesNotExistIsMissing() async throws {
        let ada = try await Person.new("ada")
        let chat = try ada.client.chat(UUID().uuidString.lowercased())
        try await first("that it is missing", in: chat.summary) { $0 == .missing ? true : nil }
        #expect(throws: RelayError.self) { _ = try ada.client.chat("no id") }
        await ada.close()
    }

    @Test func aTimelineIsReadBackwardsAndJumpedIn() async throws {
        let session = RelayClient.Options(sessions: Sessions())
        let (ada, bob) = (try await Person.new("ada"), try await Person.new("bob", options: session))
        let (hers, _) = try await ada.chat(with: bob)
        try await hers.send(.text("1")).delivered()
        let sent = (2...130).map { hers.send(.text("\($0)")) }
        for one in sent { try await one.delivered() }
        // A client that has heard nothing so far.
        let later = try RelayClient(url: try Engine.url, options: session)
        try await later.connect()
        let timeline = try later.chat(hers.id).timeline()
        let state = try await first("the newest", in: timeline.state) { state in
            state.items.last?.message?.text == "130" && state.hasBefore ? state : nil
        }
        #expect(state.items.texts.count < 130)
        while timeline.state.value.hasBefore { try await timeline.loadBefore() }
        #expect(timeline.value.texts == (1...130).map(String.init))
        #expect(Set(timeline.value.map(\.id)).count == timeline.value.count, "keys name items")

        try await timeline.jump(to: 5)
        #expect(timeline.value.texts.contains("5"))
        try await timeline.loadAfter()
        try await timeline.jumpToLatest()
        #expect(timeline.value.texts.last == "130")
        for client in [ada.client, bob.client, later] { await client.close() }
    }

    @Test func peopleAreFoundAndSeen() async throws {
        let (ada, bob) = (try await Person.new("ada"), try await Person.new("bob"))
        _ = try await ada.chat(with: bob)
        let page = try await ada.client.people.list(matching: bob.me.email)
        #expect(page.items.map(\.id) == [bob.id])
        #expect(try await ada.client.people.get(bob.id).id == bob.id)
        try await first("bob", in: ada.client.people.presence(of: bob.id)) {
            $0?.isOnline == true ? true : nil
        }
        do {
            _ = try await ada.client.people.get(UUID().uuidString)
            Issue.record("there is such a person")
        } catch let error as RelayError {
            #expect(error.code == "not_found")
        }
        await ada.close()
        await bob.close()
    }

    @Test func aGroupIsJoinedByALinkAndReactorsAreListed() async throws {
        let (ada, bob) = (try await Person.new("ada"), try await Person.new("bob"))
        let group = try await ada.client.chats.createGroup(named: "Everybody", with: [])
        let message = try await group.send(.text("come in")).delivered()
        let invite = try await group.createInvite(InviteTerms(maxUses: 1))
        #expect(try await bob.client.previewInvite(invite.token).name == "Everybody")
        let joined = try await bob.client.acceptInvite(invite.token)
        #expect(joined.id == group.id)
        #expect(bob.client.chats.value.map(\.id).contains(group.id), "in the list on return")
        #expect(try await group.invites().isEmpty, "it is used up")
        let second = try await group.createInvite()
        try await group.revokeInvite(second.id)
        do {
            _ = try await bob.client.previewInvite("made-up")
            Issue.record("it leads somewhere")
        } catch let error as RelayError {
            #expect(error.code == "not_found")
        }
        let timeline = joined.timeline()
        try await first("the message", in: timeline) { $0.texts == ["come in"] ? true : nil }
        try joined.react(message.id, "👍")
        try await first("the reaction", in: group.timeline()) {
            $0.compactMap(\.message).last?.reactions.count == 1 ? true : nil
        }
        let page = try await group.reactions(to: message.id, "👍")
        #expect(page.items.map(\.id) == [bob.id])
        #expect(page.nextCursor == nil)
        await ada.close()
        await bob.close()
    }

    @Test func whatIsPinnedIsTheSameForBoth() async throws {
        let (ada, bob) = (try await Person.new("ada"), try await Person.new("bob"))
        let (hers, his) = try await ada.chat(with: bob)
        let message = try await hers.send(.text("meet at noon")).delivered()
        try await first("that nothing is pinned", in: hers.pinned) {
            $0?.isEmpty == true ? true : nil
        }
        try hers.pin(message.id)
        #expect(hers.pinned.value?.map(\.id) == [message.id], "shown on return")
        try await first("the pin", in: his.pinned) {
            $0?.first?.pinnedAtMs == nil ? nil : true
        }
        try his.pin(message.id, isPinned: false)
        try await first("that it is gone", in: hers.pinned) {
            $0?.isEmpty == true ? true : nil
        }
        await ada.close()
        await bob.close()
    }

    @Test func aMessageAndAPersonAreReportedButNothingOfOnesOwn() async throws {
        let (ada, bob) = (try await Person.new("ada"), try await Person.new("bob"))
        let (hers, his) = try await ada.chat(with: bob)
        let message = try await his.send(.text("buy now")).delivered()
        try await hers.report(message.id, .spam, note: "again")
        try await hers.report(message.id, .other)
        try await ada.client.people.report(bob.id, .selfHarm)
        do {
            try await his.report(message.id, .spam)
            Issue.record("it was taken")
        } catch let error as RelayError {
            #expect(error.code == "not_reportable")
        }
        await #expect(throws: RelayError.self) {
            try await bob.client.people.report(bob.id, .spam)
        }
        await ada.close()
        await bob.close()
    }

    @Test func whoIsBlockedSaysNothingUntilThatIsTakenBack() async throws {
        let (ada, bob) = (try await Person.new("ada"), try await Person.new("bob"))
        let (hers, his) = try await ada.chat(with: bob)
        let people = ada.client.people
        try await first("that nobody is blocked", in: people.blocked) {
            $0?.isEmpty == true ? true : nil
        }
        try await people.block(bob.id)
        #expect(people.blocked.value?.map(\.id) == [bob.id], "shown on return")
        for (chat, code) in [(hers, "blocked_by_you"), (his, "unreachable")] {
            do {
                try await chat.send(.text("are you there?")).delivered()
                Issue.record("it was delivered")
            } catch let error as RelayError {
                #expect(error.code == code)
            }
        }
        try await people.unblock(bob.id)
        #expect(people.blocked.value?.isEmpty == true)
        try await his.send(.text("here I am")).delivered()
        await ada.close()
        await bob.close()
    }

    @Test func whoWritesInAGroupIsASettingOfIt() async throws {
        let (ada, bob) = (try await Person.new("ada"), try await Person.new("bob"))
        let group = try await ada.client.chats.createGroup(named: "News", with: [bob.id])
        try await group.change(.sendRole(role: .admin))
        try await group.change(.addRole(role: .member))
        try await group.change(.pinRole(role: .owner))
        let his = try bob.client.chat(group.id)
        try await first("the rules", in: his.summary) { state in
            state.found.map { [$0.sendRole, $0.addRole, $0.pinRole] } == [.admin, .member, .owner]
                ? true : nil
        }
        do {
            try await his.send(.text("hi")).delivered()
            Issue.record("it was delivered")
        } catch let error as RelayError {
            #expect(error.code == "forbidden")
        }
        try await group.change(.sendRole(role: .member))
        try await first("that members write", in: his.summary) { state in
            state.found?.sendRole == .member ? true : nil
        }
        #expect(try await his.send(.text("thanks")).delivered().text == "thanks")
        await ada.close()
        await bob.close()
    }

    @Test func whatIsTypedIsKept() async throws {
        let (ada, bob) = (try await Person.new("ada"), try await Person.new("bob"))
        let (hers, _) = try await ada.chat(with: bob)
        hers.setDraft("not yet")
        #expect(hers.draft.value == "not yet")
        hers.setDraft("")
        try await first("an empty draft", in: hers.draft) { $0.isEmpty ? true : nil }
        await ada.close()
        await bob.close()
    }

    @MainActor @Test func modelsFollowWhatHappens() async throws {
        let (ada, bob) = (try await Person.new("ada"), try await Person.new("bob"))
        let (hers, his) = try await ada.chat(with: bob)
        let (list, timeline) = (ChatListModel(bob.client), TimelineModel(his))
        let following = [
            Task { await list.follow() },
            Task { await timeline.follow() },
        ]
        try await hers.send(.text("seen by a view")).delivered()
        try await until("the message in both") {
            timeline.items.texts == ["seen by a view"]
                && list.items.first?.lastMessage?.text == "seen by a view"
        }
        for task in following {
            task.cancel()
            await task.value
        }
        await ada.close()
        await bob.close()
    }
}
