import Foundation
import RelayChat
import Testing

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

@Suite struct SendingTests {
    @Test func aPictureIsUploadedAndSeen() async throws {
        let (ada, bob) = (try await Person.new("ada"), try await Person.new("bob"))
        let (hers, his) = try await ada.chat(with: bob)
        let folder = try Folder()
        let file = folder.url.appendingPathComponent("red.png")
        try picture.write(to: file)
        let sent = hers.send(.text("look").attaching(.file(file).sized(width: 4, height: 3)))
        let message = try await sent.delivered()
        #expect(sent.state.value.state == .sent)
        #expect(sent.state.value.progress == 1)
        let attachment = try #require(message.attachments.first)
        #expect(attachment.fileName == "red.png")
        #expect((attachment.width, attachment.height) == (4, 3))

        let received = try await first("the picture", in: his.timeline()) {
            $0.last?.message?.attachments.first
        }
        let links = try await bob.client.links(of: received.id)
        #expect(links.expiresAt > Date())
        let address = try #require(URL(string: links.url))
        let (bytes, _) = try await URLSession.shared.data(from: address)
        #expect(bytes.starts(with: [0x89, 0x50, 0x4e, 0x47]))
        await ada.close()
        await bob.close()
    }

    @Test func aFailedMessageStaysUntilItIsTakenBack() async throws {
        let (ada, bob) = (try await Person.new("ada"), try await Person.new("bob"))
        let (hers, _) = try await ada.chat(with: bob)
        let broken = Upload.data(Data("no picture".utf8), contentType: "image/png")
        let sent = hers.send(.attachment(broken))
        do {
            try await sent.delivered()
            Issue.record("it was taken")
        } catch let error as RelayError {
            #expect(error.code == "unsupported_media_type", "\(error)")
        }
        #expect(sent.state.value.state == .failed)
        let timeline = hers.timeline()
        #expect(timeline.value.last?.message?.failure?.code == "unsupported_media_type")
        sent.retry()
        await #expect(throws: RelayError.self) { try await sent.delivered() }
        sent.cancel()
        try await first("an empty timeline", in: timeline) {
            $0.allSatisfy { $0.message == nil } ? true : nil
        }
        await ada.close()
        await bob.close()
    }

    @Test func whatWaitsIsEditedAndThenSent() async throws {
        let (ada, bob) = (try await Person.new("ada"), try await Person.new("bob"))
        let (hers, _) = try await ada.chat(with: bob)
        ada.client.setNetworkOnline(false)
        try await first("being offline", in: ada.client.connection) { $0 == .offline ? true : nil }
        let (kept, dropped) = (hers.send(.text("frist")), hers.send(.text("never")))
        #expect(kept.state.value.state == .queued)
        try kept.edit("first")
        dropped.cancel()
        await #expect(throws: RelayError.Cancelled) { try await dropped.delivered() }
        #expect(try hers.outgoing(kept.id)?.id == kept.id)
        ada.client.setNetworkOnline(true)
        ada.client.reconnectNow()
        #expect(try await kept.delivered().text == "first")
        #expect(throws: RelayError.AlreadySent) { try kept.edit("too late") }
        #expect(hers.timeline().value.texts == ["first"])
        await ada.close()
        await bob.close()
    }

    @Test func whatIsQueuedOutlivesTheProgram() async throws {
        let (sessions, folder) = (Sessions(), try Folder())
        let options = RelayClient.Options(
            storeURL: folder.url.appendingPathComponent("relay.db"), sessions: sessions)
        let (ada, bob) = (try await Person.new("ada", options: options), try await Person.new("bob"))
        let (hers, his) = try await ada.chat(with: bob)
        try await hers.send(.text("0")).delivered()
        ada.client.setNetworkOnline(false)
        try await first("being offline", in: ada.client.connection) { $0 == .offline ? true : nil }
        let last = (1...3).map { hers.send(.text("\($0)")) }.last
        await ada.close()
        await #expect(throws: RelayError.Closed) { try await last?.delivered() }

        let again = try RelayClient(url: try Engine.url, options: options)
        try await again.connect()
        try await first("all of them", in: his.timeline()) {
            $0.texts == ["0", "1", "2", "3"] ? true : nil
        }
        await again.close()
        await bob.close()
    }

    @Test func suspendedItComesBack() async throws {
        let (ada, bob) = (try await Person.new("ada"), try await Person.new("bob"))
        let (hers, his) = try await ada.chat(with: bob)
        try await bob.client.suspend()
        try await hers.send(.text("while away")).delivered()
        bob.client.resume()
        try await first("what was missed", in: his.timeline()) {
            $0.texts == ["while away"] ? true : nil
        }
        await ada.close()
        await bob.close()
    }
}
