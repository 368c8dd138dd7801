import Foundation
import RelayChat
import Testing

/// The golden fixtures of the protocol, the way an application sees them.
@Suite struct FixtureTests {
    @Test func aRecordedReadyIsShownAsItIsWritten() async throws {
        let client = try RelayClient(recording: [try frame("server_ready")])
        try await client.connect()
        let direct = try await first("the chat of the fixture", in: client.chats) { chats in
            chats.first { $0.id == "01a201e6-4c00-7000-8000-000000000010" }
        }
        #expect(direct.kind == .direct)
        #expect(direct.unreadCount == 1)
        #expect(direct.lastSeq == 12)
        #expect(direct.memberCount == 2)
        let message = try #require(direct.lastMessage)
        #expect(message.text == "Look at this! 🛥️")
        #expect(message.sentAt == Date(timeIntervalSince1970: 1_795_348_795))
        let attachment = try #require(message.attachments.first)
        #expect(attachment.kind == .image)
        #expect(attachment.fileName == "harbour.jpg")
        #expect((attachment.width, attachment.height, attachment.sizeBytes) == (1600, 1200, 182_044))
        let limits = try await first("the limits", in: client.limits) { $0 }
        #expect(limits.textBytes == 16_384)
        #expect(limits.imageContentTypes == ["image/png", "image/jpeg", "image/webp", "image/gif"])
        await client.close()
    }

    @Test func everyFrameOfTheServerIsTaken() async throws {
        let folder = try fixtures().appendingPathComponent("frames")
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
            .filter { $0.hasPrefix("server_") && $0 != "server_ready.json" }
            .sorted()
        #expect(names.count > 10)
        for name in names {
            let ready = try frame("server_ready")
            let client = try RelayClient(recording: [ready, try frame(String(name.dropLast(5)))])
            try await client.connect()
            try await first("the chats after \(name)", in: client.chats.state) { state in
                state.isLoading ? nil : true
            }
            await client.close()
        }
    }

    private func fixtures() throws -> URL {
        let path = ProcessInfo.processInfo.environment["RELAYCHAT_FIXTURES"]
        return URL(fileURLWithPath: try #require(path, "RELAYCHAT_FIXTURES names no folder"))
    }

    private func frame(_ name: String) throws -> String {
        let file = try fixtures().appendingPathComponent("frames/\(name).json")
        return try String(contentsOf: file, encoding: .utf8)
    }
}
