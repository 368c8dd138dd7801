import Foundation
import RelayChat

/// Keeps the session of a login in a file that nobody else may read. An application on a phone uses
/// the keychain.
final class FileSessions: SessionStore {
    private let path: String

    init(path: String) { self.path = path }

    func load() throws -> String? {
        guard let bytes = FileManager.default.contents(atPath: path) else { return nil }
        return String(data: bytes, encoding: .utf8)
    }

    func save(session: String?) throws {
        let files = FileManager.default
        guard let session else {
            if files.fileExists(atPath: path) { try files.removeItem(atPath: path) }
            return
        }
        // Whole or not at all, and never readable in between.
        let part = path + ".part"
        let bytes = Data(session.utf8)
        guard files.createFile(atPath: part, contents: bytes, attributes: [.posixPermissions: 0o600])
        else { throw Unusable(what: "the session cannot be written") }
        if files.fileExists(atPath: path) { try files.removeItem(atPath: path) }
        try files.moveItem(atPath: part, toPath: path)
    }
}
